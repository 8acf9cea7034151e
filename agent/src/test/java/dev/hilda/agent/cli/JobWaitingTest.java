// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.http.ApiAnswer;
import dev.hilda.agent.http.ApiClient;
import dev.hilda.agent.http.ApiRefusal;
import dev.hilda.agent.http.ApiServer;
import dev.hilda.agent.http.Route;
import dev.hilda.agent.testing.VirtualClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class JobWaitingTest {
    private final StringWriter told = new StringWriter();
    private final Queue<Map<String, String>> jobs = new ArrayDeque<>();

    private ApiServer server(int port) {
        return ApiServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Optional.empty(),
                List.of(Route.open("GET", "/v1/jobs/*", request -> {
                    if (jobs.isEmpty()) {
                        throw ApiRefusal.of(ApiRefusal.NOT_FOUND, "find the job", "an id", "none", "look");
                    }
                    return ApiAnswer.ok(jobs.remove());
                })),
                token -> Optional.empty(),
                (caller, action, status) -> {},
                new LongAdder());
    }

    private JobWaiting waiting(String url) {
        return new JobWaiting(
                new ApiClient(URI.create(url), Optional.empty(), Optional.empty()),
                new PrintWriter(told, true),
                new VirtualClock());
    }

    @Test
    void shouldTellEachStateOnce() throws InterruptedException {
        jobs.add(Map.of("job_id", "1", "state", "queued"));
        jobs.add(Map.of("job_id", "1", "state", "queued"));
        jobs.add(Map.of("job_id", "1", "state", "running"));
        jobs.add(Map.of("job_id", "1", "state", "passed", "ended_at", "now"));
        try (ApiServer server = server(0)) {
            assertEquals("passed", waiting(server.url()).await("1").state());
        }
        assertEquals(
                List.of("hilda: job 1: queued", "hilda: job 1: running", "hilda: job 1: passed"),
                told.toString().lines().toList());
    }

    @Test
    void shouldNotWaitForAJobThatIsNone() {
        try (ApiServer server = server(0)) {
            BenchFailure failure =
                    assertThrows(BenchFailure.class, () -> waiting(server.url()).await("1"));
            assertTrue(String.valueOf(failure.getMessage()).contains("find the job"), failure.toString());
        }
    }

    /** Two minutes of the clock's, not for ever. */
    @Test
    void shouldWaitForAnAgentThatIsAwayButNotForEver() {
        ApiServer server = server(0);
        String url = server.url();
        server.close();

        assertThrows(BenchFailure.class, () -> waiting(url).await("1"));

        assertEquals(
                List.of("hilda: the agent does not answer; waiting for it"),
                told.toString().lines().toList());
    }
}
