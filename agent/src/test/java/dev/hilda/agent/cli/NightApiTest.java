// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.http.ApiClient;
import dev.hilda.agent.http.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Nights asked for over HTTP, of an agent that has no board. */
@Timeout(120)
class NightApiTest {
    @TempDir
    private Path folder;

    private ServedBench bench() throws Exception {
        Files.write(
                folder.resolve("nightly.yaml"),
                List.of(
                        "suite: nightly",
                        "schedule: '0 2 1 1 *'",
                        "time_zone: UTC",
                        "models:",
                        "  - {file: gone.hilda, data: gone.yaml}"));
        return new ServedBench(folder, "nights: {suites: [nightly.yaml], reports: pages}");
    }

    /** A bundle that is gone is missing from its night; nobody has to run for that to be told. */
    @Test
    void shouldMissWhatCannotBeRead() throws Exception {
        try (ServedBench bench = bench()) {
            ApiClient client = bench.client(bench.token(Role.SUBMIT));
            JsonNode suites = client.get("/v1/suites").path("suites");
            assertEquals("nightly", suites.path(0).path("suite").asText());
            assertEquals("0 2 1 1 * UTC", suites.path(0).path("schedule").asText());
            assertTrue(suites.path(0).path("next").asText().endsWith("-01-01T02:00:00Z"), suites.toString());

            JsonNode planned = client.post("/v1/suites/nightly/nights", Map.of());
            assertEquals("a-submit", planned.path("started_by").asText());
            JsonNode night = planned;
            for (int look = 0; look < 20 && !night.path("morning").isObject(); look++) {
                night = client.get("/v1/nights/" + planned.path("night_id").asText() + "?wait_s=5");
            }
            assertEquals("incomplete", night.path("outcome").asText());
            assertEquals(1, night.path("morning").path("counts").path("missing").asInt());
            assertTrue(
                    night.path("morning")
                            .path("grid")
                            .get(0)
                            .path("reason")
                            .asText()
                            .contains("gone.hilda"),
                    night.toString());
            assertEquals(
                    1, client.get("/v1/nights?suite=nightly").path("nights").size());
            assertEquals(0, client.get("/v1/nights?suite=weekly").path("nights").size());
            assertTrue(Files.exists(folder.resolve("pages/nightly/morning.html")), bench.said());
        }
    }

    @Test
    void shouldRefuseWhatItCannotPlan() throws Exception {
        try (ServedBench bench = bench()) {
            ApiClient client = bench.client(bench.token(Role.SUBMIT));
            assertRefused("a suite of this bench", () -> client.post("/v1/suites/weekly/nights", Map.of()));
            assertRefused("the id of a night", () -> client.get("/v1/nights/none"));
            for (String order : List.of("", "null", "[]", "{\"suite\": \"a b\"}", """
                    {"suite":"x","deadline_s":60,"policy":{"significance":0.05,"power":0.99,"equal_within_points":1,
                     "cycles_percent":3,"bytes_percent":1},"items":[],"broken":[]}""")) {
                assertRefused("an order as", () -> client.post("/v1/nights", order));
            }
            ApiClient reader = bench.client(bench.token(Role.READ));
            assertThrows(BenchFailure.class, () -> reader.post("/v1/suites/nightly/nights", Map.of()));
        }
    }

    private static void assertRefused(String expected, Executable request) {
        BenchFailure refused = assertThrows(BenchFailure.class, request);
        assertTrue(String.valueOf(refused.getMessage()).contains(expected), refused.getMessage());
    }
}
