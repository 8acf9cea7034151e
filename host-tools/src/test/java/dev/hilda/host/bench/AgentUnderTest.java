// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.http.ApiClient;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** {@code hilda agent} as a process of a test's bench, asked by the commands that users have, or by its API. */
final class AgentUnderTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration ANSWER_PATIENCE = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int STOP_SECONDS = 40;
    private static final String NAME = "agent";

    private final TestBench bench;
    private String url = "";
    private Optional<Process> process = Optional.empty();

    AgentUnderTest(TestBench bench) {
        this.bench = bench;
    }

    /** Something that comes true by itself. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * Starts an agent and waits until it serves.
     *
     * @param lines of its configuration, but for where it listens
     */
    void start(List<String> lines) throws Exception {
        start(lines, List.of(), Map.of());
    }

    /** @param wrapper starts the agent's JVM */
    void start(List<String> lines, List<String> wrapper, Map<String, String> environment) throws Exception {
        if (url.isEmpty()) {
            url = "http://127.0.0.1:" + TestBench.freePort();
        }
        List<String> all = new ArrayList<>(lines);
        all.add("listen: {port: " + url.substring(url.lastIndexOf(':') + 1) + "}");
        Path configuration = Files.write(bench.folder().resolve("bench.yaml"), all);
        process = Optional.of(
                bench.startHilda(NAME, wrapper, environment, "agent", "--config", configuration.toString()));
        await(() -> says().contains(" serves at "));
    }

    /** Without a chance to end anything. */
    void kill() throws InterruptedException {
        running().destroyForcibly().waitFor();
    }

    /** As a service manager does. */
    void stop() throws InterruptedException {
        running().destroy();
        Assertions.assertTrue(running().waitFor(STOP_SECONDS, TimeUnit.SECONDS), this::says);
    }

    boolean isRunning() {
        return process.filter(Process::isAlive).isPresent();
    }

    Process running() {
        return process.orElseThrow();
    }

    /** What it has said since it was started. */
    String says() {
        try {
            return Files.readString(bench.folder().resolve(NAME + "err"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    void await(Condition condition) throws Exception {
        await(PATIENCE, condition);
    }

    void await(Duration patience, Condition condition) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            if (condition.holds()) {
                return;
            }
            Assertions.assertTrue(running().isAlive(), this::says);
            Thread.sleep(POLL.toMillis());
        }
        throw new AssertionError("not within " + patience + "; " + told() + "\nthe agent says\n" + says());
    }

    private String told() {
        try {
            return client().get("/v1/boards") + "\n" + client().get("/v1/jobs?limit=20");
        } catch (Exception unknown) {
            return unknown.toString();
        }
    }

    void awaitState(String serial, String state) throws Exception {
        await(() -> board(serial).path("state").asText().equals(state));
    }

    /** The answer to a command. */
    JsonNode ask(String... arguments) throws IOException {
        Outcome outcome = command(arguments);
        Assertions.assertEquals(0, outcome.exitCode(), outcome.errText());
        return JSON.readTree(outcome.out().get(outcome.out().size() - 1));
    }

    /** What a command of this agent comes to. */
    Outcome command(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--agent", url, "--json"));
        return bench.hilda(ANSWER_PATIENCE, all);
    }

    /** By the API itself: what is asked again and again need not start a command each time. */
    JsonNode board(String serial) throws Exception {
        for (JsonNode board : client().get("/v1/boards").path("boards")) {
            if (board.path("serial").asText().equals(serial)) {
                return board;
            }
        }
        return JSON.nullNode();
    }

    String url() {
        return url;
    }

    ApiClient client() throws IOException {
        String token = Files.readString(bench.folder().resolve("state/hilda/agent-token"))
                .strip();
        return new ApiClient(URI.create(url), Optional.of(token), Optional.empty());
    }
}
