// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.daemon.BenchApi;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.http.Route;
import dev.hilda.agent.signature.SigningKey;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent that is asked nonsense, by everybody, at every route: it refuses with a reason, counts it, and goes on. */
@Timeout(600)
class HostileRequestsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ANSWER_MS = 20_000;

    @TempDir
    private Path folder;

    private URI url = URI.create("http://nobody");
    private final long seed = Long.getLong("hilda.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private int answered;
    private int refused;

    @Test
    void shouldRefuseNonsenseAndGoOn() throws Exception {
        attack(300);
    }

    @Test
    @Tag("full")
    void shouldRefuseNonsenseForLongAndGoOn() throws Exception {
        attack(15_000);
    }

    private void attack(int count) throws Exception {
        System.out.println("HostileRequestsTest -Dhilda.seed=" + seed);
        try (ServedBench served = new ServedBench(folder, "limits: {upload_bytes: 1048576}")) {
            url = served.url();
            List<String> tokens = new ArrayList<>(List.of("", "nobody's", "x".repeat(3000)));
            for (Role role : Role.values()) {
                tokens.add(served.token(role));
            }
            // Whatever is asked, none of these has a signature that the bench wants.
            served.store().keys().trust("alice", SigningKey.generate().verification(), "me@here");
            for (int i = 0; i < count; i++) {
                HostileRequest request = HostileRequest.of(random, routes(), tokens);
                try {
                    check(request, answer(request));
                } catch (AssertionError | IOException e) {
                    throw new AssertionError(
                            "-Dhilda.seed=" + seed + " request " + answered + "\n" + request.text(), e);
                }
            }
            JsonNode health = served.health();
            System.out.println(answered + " requests, " + refused + " refusals: " + health);
            assertEquals("serving", health.path("state").asText());
            assertTrue(health.path("refused").asLong() >= refused, health + ", seen " + refused);
            assertTrue(refused > count / 10, answered + " answers, " + refused + " refusals");
            assertFalse(served.said().contains("\tat "), served.said());
            assertEquals(
                    0, served.client(tokens.get(3)).get("/v1/jobs").path("jobs").size(), "jobs that nobody signed");
            try (Stream<Path> all = Files.walk(folder.resolve("cache/hilda/jobs/agents"))) {
                assertEquals(List.of(), all.filter(Files::isRegularFile).toList(), "files left of uploads");
            }
        }
    }

    /** All that there are: a new one is attacked too. Nobody answers by these. */
    @SuppressWarnings("NullAway")
    private static List<Route> routes() {
        return new BenchApi(null, null, Path.of(""), 0, who -> {}, new LongAdder()).routes();
    }

    private String answer(HostileRequest request) throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(ANSWER_MS);
            try {
                socket.getOutputStream().write(request.bytes());
                socket.shutdownOutput();
            } catch (IOException hungUp) {
                // It has heard enough, and may have said why.
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException hungUp) {
            if (request.isHttp() && request.bytes().length < 60_000) {
                throw hungUp;
            }
            return "";
        }
    }

    private void check(HostileRequest request, String answer) throws IOException {
        answered++;
        if (answer.isEmpty()) {
            assertFalse(request.isHttp() && request.bytes().length < 60_000, "no answer");
            return;
        }
        assertTrue(answer.matches("(?s)HTTP/1\\.1 [1-5]\\d\\d.*"), answer);
        String last = answer.startsWith("HTTP/1.1 100") ? answer.substring(answer.indexOf("HTTP/1.1", 5)) : answer;
        int status = Integer.parseInt(last.substring(9, 12));
        int split = last.indexOf("\r\n\r\n");
        String body = split < 0 ? "" : last.substring(split + 4);
        assertFalse(answer.contains("\tat "), answer);
        if (!last.contains("application/json")) {
            // The JDK's own, of what is no HTTP.
            assertTrue(!request.isHttp() && (status / 100 == 4 || status == 501), answer);
            return;
        }
        assertTrue(status < 500, answer);
        if (status >= 400) {
            refused++;
            boolean isHead = new String(request.bytes(), 0, 4, StandardCharsets.ISO_8859_1).equals("HEAD");
            JsonNode reason = JSON.readTree(isHead ? "{\"failure_kind\":\"x\",\"failure\":\"y\"}" : body);
            assertFalse(reason.path("failure_kind").asText().isEmpty(), answer);
            assertFalse(reason.path("failure").asText().isEmpty(), answer);
            assertFalse(body.matches("(?s).*\\b[a-z]+\\.[a-z]+\\.[A-Za-z.]*Exception.*"), answer);
        }
    }
}
