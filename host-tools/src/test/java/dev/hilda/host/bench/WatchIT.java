package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import dev.hilda.host.bench.TestBench.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code hilda watch} at a real broker. */
class WatchIT {
    private static final Topics TOPICS = Topics.of("lab", "nucleo", "VIRT1");
    private static final String RESULT = "{\"passed\":true,\"model\":\"ic01\",\"accuracy_top1\":0.5,"
            + "\"parity_matched\":4,\"images\":4,\"latency_us_p50\":1500,\"timing\":\"estimated\"}";

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldPrintALineForEachMessageUntilCtrlC() throws Exception {
        String broker = bench.broker();
        List<String> lines = watch(broker, 4, "watch", "--mqtt", broker);
        assertEquals(
                List.of(
                        "lab  online",
                        "lab nucleo-VIRT1  streaming",
                        "lab nucleo-VIRT1  images 3 of 4",
                        "lab nucleo-VIRT1  ic01 passed, top-1 50.00 %, parity 4/4, 1.500 ms (estimated)"),
                lines.stream()
                        .map(line -> line.substring("09:08:07  ".length()))
                        .toList());
    }

    @Test
    void shouldPrintJsonOfOneBoard() throws Exception {
        String broker = bench.broker();
        List<String> lines =
                watch(broker, 3, "watch", "--mqtt", broker, "--board", TOPICS.board(), "--bench", "lab", "--json");
        assertEquals(
                "{\"topic\":\"hilda/v1/lab/nucleo-VIRT1/status\",\"retained\":false,\"text\":\"streaming\"}",
                lines.get(0));
        assertEquals(
                "{\"topic\":\"hilda/v1/lab/nucleo-VIRT1/result\",\"retained\":false,\"document\":" + RESULT + "}",
                lines.get(2));
    }

    @Test
    void shouldSayThatNoBrokerIsThere() throws Exception {
        Outcome outcome = bench.hilda("watch", "--mqtt", "mqtt://127.0.0.1:1");
        assertEquals(10, outcome.exitCode(), outcome.errText());
        assertTrue(outcome.errText().contains("hilda: publish: could not connect"), outcome.errText());
    }

    @Test
    void shouldLogInWithThePasswordOfAFile() throws Exception {
        TestBench.requireTool("mosquitto_passwd");
        Path accounts = bench.folder().resolve("accounts");
        bench.start("mosquitto_passwd", "-b", "-c", accounts.toString(), "me", "s3cret/@:x")
                .waitFor();
        // A broker that root starts becomes another user, who reads the file.
        Files.setPosixFilePermissions(accounts, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(bench.folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
        String broker =
                bench.broker("allow_anonymous false\npassword_file " + accounts).replace("//", "//me@");
        Path password = Files.writeString(bench.folder().resolve("password"), "s3cret/@:x\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        Process hilda =
                bench.startHilda(Map.of(), "watch", "--mqtt", broker, "--mqtt-password-file", password.toString());
        awaitLines(hilda, "err", 1);
        hilda.destroy();
        assertTrue(hilda.waitFor(20, TimeUnit.SECONDS), "hilda goes on");
        assertEquals(
                List.of("hilda: listening at " + broker.replace("me@", "me:***@") + ", Ctrl-C ends"),
                bench.outcome(hilda).err());
        Outcome without = bench.hilda("watch", "--mqtt", broker);
        assertEquals(10, without.exitCode(), without.errText());
    }

    /** What is printed of four messages, up to a Ctrl-C after so many lines. */
    private List<String> watch(String broker, int count, String... arguments) throws Exception {
        Process hilda = bench.startHilda(Map.of(), arguments);
        awaitLines(hilda, "err", 1);
        try (MqttConnection connection = MqttConnection.open(BrokerAddress.parse(broker), Optional.empty())) {
            connection.publish(Message.status(TOPICS.benchStatus(), "online"));
            connection.publish(Message.status(TOPICS.boardStatus(), "streaming"));
            String progress = "{\"step\":\"images\",\"done\":3,\"total\":4}";
            connection.send(
                    new Message(TOPICS.progress(), progress, "application/json", false, Map.of()),
                    Duration.ofMinutes(1));
            connection.publish(new Message(TOPICS.result(), RESULT, "application/json", false, Map.of()));
        }
        awaitLines(hilda, "out", count);
        assertEquals(
                0,
                new ProcessBuilder("sh", "-c", "kill -INT " + hilda.pid())
                        .start()
                        .waitFor());
        assertTrue(hilda.waitFor(20, TimeUnit.SECONDS), "hilda goes on");
        Outcome outcome = bench.outcome(hilda);
        assertEquals(130, outcome.exitCode(), outcome.errText());
        assertEquals(count, outcome.out().size(), outcome.out().toString());
        return outcome.out();
    }

    private void awaitLines(Process hilda, String stream, int count) throws Exception {
        Path file = bench.folder().resolve(stream);
        for (int attempt = 0; attempt < 1200 && hilda.isAlive(); attempt++) {
            if (Files.readAllLines(file).size() >= count) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("only " + Files.readAllLines(file) + " on " + stream);
    }
}
