// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.BenchState;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.RunProgress;
import dev.hilda.agent.result.SelfTestResult;
import dev.hilda.profile.Timing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code hilda watch} at a real broker. */
class WatchIT {
    private static final Topics TOPICS = Topics.of("lab", "nucleo", "VIRT1");
    private static final RunIdentity RUN = new RunIdentity(
            "70dd5cee-4474-4abc-a29c-73043f32510c", Instant.EPOCH, "lab", "nucleo", "VIRT1", Timing.ESTIMATED);
    static final SelfTestResult RESULT = new SelfTestResult(
            RUN,
            Outcome.failed(false, "flash", "flash: could not program\n  got: nothing", Duration.ZERO),
            "f0".repeat(32),
            new BenchSetup("here", "1", "2", "3", "STLINK-V3", "V3J1", "0x450", "V", "hsi", 921600),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

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
                        "lab nucleo-VIRT1  selftest failed: flash: could not program"),
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
                "{\"topic\":\"hilda/v1/lab/nucleo-VIRT1/status\",\"retained\":false,\"document\":{\"state\":\"streaming\"}}",
                lines.get(0));
        assertEquals(
                "{\"topic\":\"hilda/v1/lab/nucleo-VIRT1/result\",\"retained\":false,\"document\":" + RESULT.toJson()
                        + "}",
                lines.get(2));
    }

    @Test
    void shouldSayThatNoBrokerIsThere() throws Exception {
        TestBench.Outcome outcome = bench.hilda("watch", "--mqtt", "mqtt://127.0.0.1:1");
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
        TestBench.Outcome without = bench.hilda("watch", "--mqtt", broker);
        assertEquals(10, without.exitCode(), without.errText());
    }

    /** What is printed of four messages, up to a Ctrl-C after so many lines. */
    private List<String> watch(String broker, int count, String... arguments) throws Exception {
        Process hilda = bench.startHilda(Map.of(), arguments);
        awaitLines(hilda, "err", 1);
        try (MqttConnection connection = MqttConnection.open(BrokerAddress.parse(broker), Optional.empty())) {
            connection.publish(Message.state(TOPICS.benchStatus(), BenchState.ONLINE));
            connection.publish(Message.state(TOPICS.boardStatus(), BoardState.STREAMING));
            String progress = new RunProgress(RUN, new RunProgress.Step("images", 3, 4)).toJson();
            connection.send(Message.document(TOPICS.progress(), progress, false, RUN), Duration.ofMinutes(1));
            connection.publish(Message.document(TOPICS.result(), RESULT.toJson(), false, RUN));
        }
        awaitLines(hilda, "out", count);
        assertEquals(
                0,
                new ProcessBuilder("sh", "-c", "kill -INT " + hilda.pid())
                        .start()
                        .waitFor());
        assertTrue(hilda.waitFor(20, TimeUnit.SECONDS), "hilda goes on");
        TestBench.Outcome outcome = bench.outcome(hilda);
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
