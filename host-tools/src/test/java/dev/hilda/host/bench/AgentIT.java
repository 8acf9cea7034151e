// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.http.ApiClient;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code hilda agent} with virtual boards and a broker, asked by the commands that users have. */
class AgentIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BOARD = "virtual-nucleo-h743zi";
    private static final int IMAGES = 4;
    private static final int MANY_IMAGES = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(200);

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private String url = "";
    private Path bundle = Path.of("");
    private Path keywords = Path.of("");

    @BeforeEach
    void makeBundle() throws Exception {
        url = "http://127.0.0.1:" + TestBench.freePort();
        bundle = bench.folder().resolve("kws01.hilda");
        keywords = TestDataSets.keywords(bench.folder());
        Outcome outcome = bench.hilda(
                "quantize",
                TestData.path("models/kws01_dscnn_int8.tflite").toString(),
                "--board",
                BOARD,
                "-o",
                bundle.toString());
        assertEquals(0, outcome.exitCode(), outcome.errText());
    }

    private Process startAgent(String name, List<String> boards, Optional<String> broker) throws Exception {
        List<String> lines = new ArrayList<>(List.of(
                "bench: it",
                "listen: {port: " + url.substring(url.lastIndexOf(':') + 1) + "}",
                "patience: {discovery_s: 1, stop_s: 30, dead_s: 6}",
                "quarantine: {failures: 1}"));
        broker.ifPresent(address -> lines.add("mqtt: {url: '" + address + "'}"));
        lines.add("boards:");
        lines.addAll(boards);
        Path configuration = Files.write(bench.folder().resolve("bench.yaml"), lines);
        Process agent = bench.startHilda(name, Map.of(), "agent", "--config", configuration.toString());
        await(
                name,
                agent,
                () -> Files.readString(bench.folder().resolve(name + "err")).contains(" serves at "));
        return agent;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void await(String name, Process agent, Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (condition.holds()) {
                return;
            }
            assertTrue(agent.isAlive(), () -> text(name));
            Thread.sleep(POLL.toMillis());
        }
        throw new AssertionError(
                "not within " + PATIENCE + "; " + ask("board", "list") + "\nthe agent says\n" + text(name));
    }

    private String text(String name) {
        try {
            return Files.readString(bench.folder().resolve(name + "err"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private JsonNode ask(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--agent", url, "--json"));
        Outcome outcome = bench.hilda(Duration.ofMinutes(3), all);
        assertEquals(0, outcome.exitCode(), outcome.errText());
        return JSON.readTree(outcome.out().get(outcome.out().size() - 1));
    }

    private String submit(int images, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("submit", bundle.toString(), "--data", keywords.toString(), "--limit", String.valueOf(images)));
        arguments.addAll(List.of(more));
        return ask(arguments.toArray(new String[0])).path("job_id").asText();
    }

    /** By the API itself: what is asked again and again need not start a command each time. */
    private JsonNode board(String serial) throws Exception {
        for (JsonNode board : client().get("/v1/boards").path("boards")) {
            if (board.path("serial").asText().equals(serial)) {
                return board;
            }
        }
        return JSON.nullNode();
    }

    private ApiClient client() throws IOException {
        String token = Files.readString(bench.folder().resolve("state/hilda/agent-token"))
                .strip();
        return new ApiClient(URI.create(url), Optional.of(token), Optional.empty());
    }

    private void awaitState(Process agent, String serial, String state) throws Exception {
        await("agent", agent, () -> board(serial).path("state").asText().equals(state));
    }

    /** Jobs of one pool on two boards, of which one is reserved, and then loses its power. */
    @Test
    void shouldRunJobsOnWhicheverBoardIsThere() throws Exception {
        VirtualBoard first = bench.board("--fast-flash", "--serial=FIRST");
        bench.board("--fast-flash", "--serial=SECOND");
        String broker = bench.broker();
        Process agent = startAgent("agent", List.of("  - {profile: " + BOARD + ", pool: h743}"), Optional.of(broker));
        awaitState(agent, "FIRST", "ready");
        awaitState(agent, "SECOND", "ready");

        requireSignedBundles();
        List<String> jobs = List.of(
                submit(IMAGES, "--pool", "h743"), submit(IMAGES, "--pool", "h743"), submit(IMAGES, "--pool", "h743"));
        Set<String> used = new TreeSet<>();
        for (String job : jobs) {
            JsonNode ended = ask("wait", job);
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

        ask("board", "reserve", "FIRST", "--for", "1h", "--why", "gdb");
        assertEquals("reserved", board("FIRST").path("state").asText());
        assertEquals(
                "SECOND",
                ask("wait", submit(IMAGES, "--pool", "h743")).path("board").asText());
        awaitRetained(
                broker,
                "hilda/v1/it/" + BOARD + "-FIRST/status",
                text -> text.contains("\"reserved\"")
                        && text.contains("\"holder\":\"local-")
                        && text.contains("\"reason\":\"gdb\""));

        ask("board", "release", "FIRST");
        awaitState(agent, "FIRST", "ready");
        ask("board", "reserve", "SECOND", "--for", "1h", "--why", "so that FIRST gets the job");
        first.control("power off");
        String lost = submit(IMAGES, "--pool", "h743");
        awaitState(agent, "FIRST", "quarantined");
        ask("board", "release", "SECOND");
        JsonNode ended = ask("wait", lost);
        assertEquals(
                "passed SECOND",
                ended.path("state").asText() + " " + ended.path("board").asText());
        first.control("power on");
        ask("board", "release", "FIRST");
        awaitState(agent, "FIRST", "ready");

        agent.destroy();
        assertTrue(agent.waitFor(40, TimeUnit.SECONDS), () -> text("agent"));
        awaitRetained(broker, "hilda/v1/it/status", text -> text.contains("offline"));
    }

    /** From here on, and signs the one that is used. */
    private void requireSignedBundles() throws Exception {
        String folder = bench.folder().toString();
        String key = folder + "/alice.key";
        assertDone("key", "create", "alice", "--folder", folder);
        assertDone("key", "trust", folder + "/alice.pub");
        String[] submit = {"submit", bundle.toString(), "--data", keywords.toString(), "--limit", "1", "--agent", url};
        TestBench.assertFails(19, "signature", "hilda key sign", bench.hilda(submit));
        assertDone("key", "sign", bundle.toString(), "--key", key);
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
        VirtualBoard board = bench.board("--fast-flash", "--serial=ONLY");
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
        Process agent = startAgent("agent", boards, Optional.empty());
        awaitState(agent, "ONLY", "ready");

        ask("board", "reserve", "ONLY", "--for", "1h", "--why", "to take its power");
        board.control("power off");
        ask("board", "release", "ONLY");
        awaitState(agent, "ONLY", "ready");
        assertEquals("passed", ask("wait", submit(IMAGES)).path("state").asText());

        String interrupted = submit(MANY_IMAGES);
        await(
                "agent",
                agent,
                () -> client().get("/v1/jobs")
                        .path("jobs")
                        .get(0)
                        .path("state")
                        .asText()
                        .equals("running"));
        agent.destroyForcibly().waitFor();
        Process next = startAgent("agent", boards, Optional.empty());
        JsonNode ended = ask("wait", interrupted);
        assertEquals("passed", ended.path("state").asText());
        assertEquals(2, ended.path("attempts").asInt());
        assertEquals(2, bench.results().size());
        next.destroy();
        assertTrue(next.waitFor(40, TimeUnit.SECONDS), () -> text("agent"));
    }
}
