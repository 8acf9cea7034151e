// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import dev.hilda.host.bench.TestBench.Outcome;
import dev.hilda.host.retrain.TrainingFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code hilda agent} with virtual boards and a broker, asked by the commands that users have. */
class AgentIT {
    private static final String BOARD = "virtual-nucleo-h743zi";
    private static final int IMAGES = 4;
    private static final int MANY_IMAGES = 600;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private final AgentUnderTest agent = new AgentUnderTest(bench);

    private Path bundle = Path.of("");
    private Path data = Path.of("");

    @BeforeEach
    void makeBundle() throws Exception {
        FaultNetwork network = new FaultNetwork();
        bundle = network.bundle(bench.folder());
        data = network.dataSet(bench.folder(), MANY_IMAGES, 1);
    }

    private void startAgent(List<String> boards, Optional<String> broker) throws Exception {
        List<String> lines = new ArrayList<>(
                List.of("bench: it", "patience: {discovery_s: 1, stop_s: 30, dead_s: 6}", "quarantine: {failures: 1}"));
        broker.ifPresent(address -> lines.add("mqtt: {url: '" + address + "'}"));
        lines.add("boards:");
        lines.addAll(boards);
        agent.start(lines);
    }

    private String submit(int images, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("submit", bundle.toString(), "--data", data.toString(), "--limit", String.valueOf(images)));
        arguments.addAll(List.of(more));
        return agent.ask(arguments.toArray(new String[0])).path("job_id").asText();
    }

    /** Jobs of one pool on two boards, of which one is reserved, and then loses its power. */
    @Test
    void shouldRunJobsOnWhicheverBoardIsThere() throws Exception {
        VirtualBoard first = bench.board("--fast-flash", "--serial=FIRST");
        bench.board("--fast-flash", "--serial=SECOND");
        String broker = bench.broker();
        startAgent(List.of("  - {profile: " + BOARD + ", pool: h743}"), Optional.of(broker));
        agent.awaitState("FIRST", "ready");
        agent.awaitState("SECOND", "ready");

        requireSignedBundles();
        List<String> jobs = List.of(
                submit(IMAGES, "--pool", "h743"), submit(IMAGES, "--pool", "h743"), submit(IMAGES, "--pool", "h743"));
        Set<String> used = new TreeSet<>();
        for (String job : jobs) {
            JsonNode ended = agent.ask("wait", job);
            assertEquals("passed", ended.path("state").asText());
            used.add(ended.path("board").asText());
        }
        assertEquals(Set.of("FIRST", "SECOND"), used);
        assertEquals(3, bench.results().size());
        // The board that ran two of them had the image for the second.
        assertEquals(
                1,
                bench.results().stream()
                        .filter(result -> result.contains("\"flash_sectors_erased\":0"))
                        .count());

        agent.ask("board", "reserve", "FIRST", "--for", "1h", "--why", "gdb");
        assertEquals("reserved", agent.board("FIRST").path("state").asText());
        assertEquals(
                "SECOND",
                agent.ask("wait", submit(IMAGES, "--pool", "h743"))
                        .path("board")
                        .asText());
        awaitRetained(
                broker,
                "hilda/v1/it/" + BOARD + "-FIRST/status",
                text -> text.contains("\"reserved\"")
                        && text.contains("\"holder\":\"local-")
                        && text.contains("\"reason\":\"gdb\""));

        agent.ask("board", "release", "FIRST");
        agent.awaitState("FIRST", "ready");
        agent.ask("board", "reserve", "SECOND", "--for", "1h", "--why", "so that FIRST gets the job");
        first.control("power off");
        String lost = submit(IMAGES, "--pool", "h743");
        agent.awaitState("FIRST", "quarantined");
        agent.ask("board", "release", "SECOND");
        JsonNode ended = agent.ask("wait", lost);
        assertEquals(
                "passed SECOND",
                ended.path("state").asText() + " " + ended.path("board").asText());
        first.control("power on");
        agent.ask("board", "release", "FIRST");
        agent.awaitState("FIRST", "ready");

        requireBuiltModels();
        agent.stop();
        awaitRetained(broker, "hilda/v1/it/status", text -> text.contains("offline"));
    }

    /** From here on, and signs the one that is used. */
    private void requireSignedBundles() throws Exception {
        String folder = bench.folder().toString();
        String key = folder + "/alice.key";
        assertDone("key", "create", "alice", "--folder", folder);
        assertDone("key", "trust", folder + "/alice.pub");
        Outcome unsigned = agent.command("submit", bundle.toString(), "--data", data.toString());
        TestBench.assertFails(19, "signature", "hilda key sign", unsigned);
        assertDone("key", "sign", bundle.toString(), "--key", key);
    }

    /** Of which nothing but the model and its data are there at first. */
    private void requireBuiltModels() throws Exception {
        Path folder = bench.folder();
        Path model = TrainingFiles.model(folder);
        Path images = TrainingFiles.images(folder, "pictures", IMAGES, "metric: none");
        String[] submit = {
            "submit",
            model.toString(),
            "--board=" + BOARD,
            "--calibration=" + images,
            "--data=" + images,
            "--pool=h743",
            "--key=" + folder.resolve("alice.key"),
            "--rebuild"
        };
        JsonNode first = agent.ask(submit);
        Outcome again = agent.command(submit);
        assertEquals(0, again.exitCode(), again.errText());
        assertTrue(again.errText().contains("built again: the same bytes"), again.errText());
        assertEquals(
                "passed",
                agent.ask("wait", first.path("job_id").asText()).path("state").asText());
    }

    private void assertDone(String... arguments) throws Exception {
        Outcome outcome = bench.hilda(arguments);
        assertEquals(0, outcome.exitCode(), outcome.errText());
    }

    private static void awaitRetained(String broker, String topic, Predicate<String> expected) throws Exception {
        try (MqttConnection connection = MqttConnection.open(BrokerAddress.parse(broker), Optional.empty())) {
            connection.subscribe(topic);
            String last = "nothing";
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (System.nanoTime() < deadline) {
                Optional<Message> heard = connection.next(Duration.ofSeconds(1));
                last = heard.map(Message::content).orElse(last);
                if (expected.test(last)) {
                    return;
                }
            }
            throw new AssertionError(topic + " is " + last);
        }
    }

    /** The switch gives the board back, and the job is done on the same one. */
    @Test
    void shouldSwitchThePowerOfABoardThatDoesNotAnswerAndFinishTheJobOfAKilledAgent() throws Exception {
        VirtualBoard board = bench.board("--fast-flash", "--throttle", "--serial=ONLY");
        String program = "[" + Path.of(System.getProperty("java.home"), "bin", "java") + ", -cp, "
                + Path.of(BoardPower.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                + ", dev.hilda.host.bench.BoardPower, "
                + board.controlSocket() + ", ";
        List<String> boards = List.of(
                "  - profile: " + BOARD,
                "    power: {off: " + program + "\"off\"], on: " + program + "\"on\"], settle_s: 1}");
        startAgent(boards, Optional.empty());
        agent.awaitState("ONLY", "ready");

        agent.ask("board", "reserve", "ONLY", "--for", "1h", "--why", "to take its power");
        board.control("power off");
        agent.ask("board", "release", "ONLY");
        agent.awaitState("ONLY", "ready");
        assertEquals("passed", agent.ask("wait", submit(IMAGES)).path("state").asText());

        String interrupted = submit(MANY_IMAGES);
        agent.await(() -> agent.client()
                .get("/v1/jobs")
                .path("jobs")
                .get(0)
                .path("state")
                .asText()
                .equals("running"));
        agent.kill();
        startAgent(boards, Optional.empty());
        JsonNode ended = agent.ask("wait", interrupted);
        assertEquals("passed", ended.path("state").asText());
        assertEquals(2, ended.path("attempts").asInt());
        assertEquals(2, bench.results().size());
        agent.stop();
    }
}
