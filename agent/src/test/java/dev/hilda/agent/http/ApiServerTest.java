// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServerTest {
    private final List<String> audit = new CopyOnWriteArrayList<>();
    private final LongAdder refusals = new LongAdder();
    private final ApiServer server = ApiServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Optional.empty(),
            List.of(
                    Route.open("GET", "/v1/health", request -> ApiAnswer.ok(Map.of("state", "serving"))),
                    Route.of("GET", "/v1/jobs/*", Role.READ, ApiServerTest::job),
                    Route.of("POST", "/v1/jobs", Role.SUBMIT, ApiServerTest::submitted),
                    Route.of("PUT", "/v1/content/*", Role.SUBMIT, ApiServerTest::stored),
                    Route.of("GET", "/v1/broken", Role.READ, request -> {
                        throw new IllegalStateException("a defect");
                    }),
                    Route.of("GET", "/v1/failing", Role.READ, request -> {
                        throw BenchFailure.of(FailureKind.STORE, "write it")
                                .actual("disk full")
                                .remedy("make room")
                                .failure();
                    })),
            ApiServerTest::caller,
            (caller, action, status) -> audit.add(caller + " " + action + " " + status),
            refusals);

    private static Optional<Caller> caller(String token) {
        return Arrays.stream(Role.values())
                .filter(role -> token.equals("token of " + role.label()))
                .map(role -> new Caller("a " + role.label(), role))
                .findFirst();
    }

    private static ApiAnswer job(ApiRequest request) {
        return ApiAnswer.ok(Map.of(
                "job_id", request.variables().get(0),
                "by", request.requiredCaller().name(),
                "limit", request.number("limit", 1, 100).orElse(7)));
    }

    private static ApiAnswer submitted(ApiRequest request) throws IOException {
        return ApiAnswer.created(Map.of("pool", request.fields().getOrDefault("pool", "none")));
    }

    private static ApiAnswer stored(ApiRequest request) throws IOException {
        return ApiAnswer.created(Map.of("bytes", request.body().readAllBytes().length));
    }

    private ApiClient client(String token) {
        return new ApiClient(URI.create(server.url()), Optional.of(token), Optional.empty());
    }

    private ApiClient client(Role role) {
        return client("token of " + role.label());
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void shouldAnswerWhoeverMayAsk() throws InterruptedException {
        JsonNode job = client(Role.READ).get("/v1/jobs/abc?limit=9");

        assertAll(
                () -> assertEquals("abc", job.path("job_id").asText()),
                () -> assertEquals("a read", job.path("by").asText()),
                () -> assertEquals(9, job.path("limit").asInt()),
                () -> assertEquals(
                        "serving",
                        client("nobody's").get("/v1/health").path("state").asText()));
    }

    @Test
    void shouldTakeWhatIsSent(@TempDir Path folder) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("file"), new byte[100_000]);

        assertEquals(
                "p1",
                client(Role.SUBMIT)
                        .post("/v1/jobs", Map.of("pool", "p1"))
                        .path("pool")
                        .asText());
        assertEquals(
                100_000,
                client(Role.OPERATE).put("/v1/content/ab", file).path("bytes").asInt());
        assertEquals(List.of("a submit POST /v1/jobs 201", "a operate PUT /v1/content/ab 201"), new ArrayList<>(audit));
    }

    @Test
    void shouldRefuseWhomItDoesNotKnowAndWhoMayNot() {
        BenchFailure unknown =
                assertThrows(BenchFailure.class, () -> client("guess").get("/v1/jobs/1"));
        BenchFailure lesser =
                assertThrows(BenchFailure.class, () -> client(Role.READ).post("/v1/jobs", Map.of("pool", "p")));

        assertAll(
                () -> assertEquals(FailureKind.SERVICE, unknown.kind()),
                () -> assertTrue(
                        String.valueOf(unknown.getMessage()).contains("hilda token create"), unknown.getMessage()),
                () -> assertTrue(
                        String.valueOf(lesser.getMessage()).contains("a token of the role submit"),
                        lesser.getMessage()),
                () -> assertEquals(List.of("a read POST /v1/jobs 403"), new ArrayList<>(audit)),
                () -> assertEquals(2, refusals.sum()));
    }

    /** The reason of the agent, not one about HTTP. */
    @Test
    void shouldPassOnWhyItFailed() {
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> client(Role.READ).get("/v1/failing"));

        assertEquals(FailureKind.STORE, failure.kind());
        assertEquals(Optional.of("disk full"), failure.actual());
        assertEquals(Optional.of("make room"), failure.remedy());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/jobs/1?limit=0", "/v1/jobs/1?limit=x", "/v1/jobs/1/2", "/", "/v1/nothing", "/v1/broken"})
    void shouldSurviveWhatMakesNoSense(String path) throws InterruptedException {
        assertThrows(BenchFailure.class, () -> client(Role.READ).get(path));

        assertEquals(
                "serving", client(Role.READ).get("/v1/health").path("state").asText());
        assertEquals(1, refusals.sum());
    }

    @Test
    void shouldRefuseMoreThanADescriptionIs() {
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> client(Role.SUBMIT).post("/v1/jobs", Map.of("pool", "p".repeat(100_000))));

        assertTrue(String.valueOf(failure.getMessage()).contains("65536 bytes of JSON"), failure.getMessage());
    }

    /** Bytes that are no request, and requests of no shape: the next caller is answered. */
    @Test
    void shouldOutliveNoise() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        System.out.println("ApiServerTest: seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            try (Socket socket = new Socket()) {
                URI url = URI.create(server.url());
                socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
                byte[] noise = new byte[1 + random.nextInt(2000)];
                random.nextBytes(noise);
                String head = random.nextBoolean() ? "POST /v1/jobs HTTP/1.1\r\nContent-Length: -5\r\n" : "";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(noise);
            } catch (IOException e) {
                // It may hang up on us.
            }
        }

        assertEquals(
                "serving", client(Role.READ).get("/v1/health").path("state").asText());
    }

    /** Each of them once took a connection away for ever, of 256. */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST"})
    void shouldForgetClientsThatLieAboutTheirBody(String method) throws Exception {
        URI url = URI.create(server.url());
        for (int i = 0; i < 300; i++) {
            try (Socket socket = new Socket(url.getHost(), url.getPort())) {
                String lie = method + " /v1/health HTTP/1.1\r\nHost: x\r\n"
                        + (i % 2 == 0 ? "Content-Length: 90000" : "Transfer-Encoding: chunked") + "\r\n\r\nxyz";
                socket.getOutputStream().write(lie.getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                assertTrue(socket.getInputStream().readAllBytes().length > 0, "no answer to request " + i);
            }
        }

        assertEquals(
                "serving", client(Role.READ).get("/v1/health").path("state").asText());
    }

    @Test
    void shouldSayThatNobodyListens() {
        String url = server.url();
        server.close();

        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> new ApiClient(URI.create(url), Optional.empty(), Optional.empty()).get("/v1/health"));

        assertEquals(FailureKind.SERVICE, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("hilda agent --config"), failure.getMessage());
    }
}
