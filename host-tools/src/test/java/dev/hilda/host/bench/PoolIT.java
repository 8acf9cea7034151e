// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.network.NetworkFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs of two bundles on the four boards of one pool. */
class PoolIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SERIALS = List.of("POOL1", "POOL2", "POOL3", "POOL4");
    private static final int IMAGES = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private final AgentUnderTest agent = new AgentUnderTest(bench);

    /** Which network each job is to run. */
    private final Map<String, String> networks = new LinkedHashMap<>();

    @Test
    @Timeout(180)
    void shouldRunEachJobOnce() throws Exception {
        runEachOnce(8);
    }

    @Test
    @Tag("full")
    @Timeout(900)
    void shouldRunEachOfManyJobsOnce() throws Exception {
        runEachOnce(50);
    }

    private void runEachOnce(int jobs) throws Exception {
        for (String serial : SERIALS) {
            bench.board("--fast-flash", "--serial", serial);
        }
        agent.start(List.of(
                "bench: it",
                "patience: {discovery_s: 1}",
                "boards:",
                "  - {profile: " + FaultBench.BOARD + ", pool: four}"));
        for (String serial : SERIALS) {
            agent.awaitState(serial, "ready");
        }
        List<FaultNetwork> both = List.of(new FaultNetwork(1), new FaultNetwork(2));
        for (int job = 0; job < jobs; job += 2) {
            for (FaultNetwork network : both) {
                submit(network);
            }
        }
        agent.await(PATIENCE, () -> unfinished() == 0);
        judge(jobs);
        agent.stop();
    }

    private void submit(FaultNetwork network) throws Exception {
        Path bundle = bench.folder().resolve(network.network().name() + ".hilda");
        JsonNode job = agent.ask(
                "submit",
                (bundle.toFile().exists() ? bundle : network.bundle(bench.folder())).toString(),
                "--data",
                network.dataSet(bench.folder(), IMAGES, 1).toString(),
                "--pool",
                "four");
        networks.put(job.path("job_id").asText(), NetworkFile.sha256(network.network()));
    }

    private int unfinished() throws Exception {
        return agent.client().get("/v1/jobs?state=queued").path("jobs").size()
                + agent.client().get("/v1/jobs?state=running").path("jobs").size();
    }

    private void judge(int jobs) throws Exception {
        Map<String, JsonNode> runs = new TreeMap<>();
        for (String text : bench.results()) {
            JsonNode run = JSON.readTree(text);
            runs.put(run.path("run_id").asText(), run);
        }
        assertEquals(jobs, runs.size(), "a run a job");
        Map<String, Integer> perBoard = new TreeMap<>();
        for (Map.Entry<String, String> submitted : networks.entrySet()) {
            JsonNode job = agent.client().get("/v1/jobs/" + submitted.getKey());
            assertEquals("passed", job.path("state").asText(), job.toString());
            // A run is of one job only.
            JsonNode run = Optional.ofNullable(runs.remove(job.path("run_id").asText()))
                    .orElseThrow(() -> new AssertionError("the run of another job: " + job));
            assertEquals(submitted.getValue(), run.path("model_hash").asText());
            assertEquals(job.path("board").asText(), run.path("board_serial").asText());
            assertEquals(IMAGES, run.path("parity_matched").asInt());
            perBoard.merge(job.path("board").asText(), 1, Integer::sum);
        }
        System.out.println(jobs + " jobs: " + perBoard);
        assertTrue(perBoard.size() > 1, perBoard.toString());
    }
}
