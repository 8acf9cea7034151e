// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The demo as a user runs it. */
class DemoIT {
    private static final int IMAGES = 16;

    @RegisterExtension
    final TestBench bench = new TestBench();

    @Test
    void shouldMeasureTheShippedModelAndLeaveNothing() throws Exception {
        Files.createDirectories(bench.folder().resolve("run"));
        Outcome outcome = bench.hilda(Map.of(), "demo", "--images", String.valueOf(IMAGES));
        assertEquals(0, outcome.exitCode(), outcome.errText());
        ReadmeExcerpt.assertShown("./hilda demo", outcome.out());
        JsonNode run = new ObjectMapper().readTree(bench.onlyResult());
        assertEquals(IMAGES, run.path("images").asInt());
        assertEquals(IMAGES, run.path("parity_matched").asInt());
        assertTrue(run.path("accuracy_top1").asDouble() >= 0.8, run.toString());
        assertEquals("estimated", run.path("timing").asText());
        for (String key : List.of("run_id", "latency_us_p50", "cycles_p50", "flash_bytes", "ram_peak_bytes")) {
            assertTrue(run.hasNonNull(key), key + " in " + run);
        }
        assertTrue(outcome.errText().contains("broker mqtt://127.0.0.1:"), outcome.errText());
        assertEquals(0, registrations(bench.folder().resolve("run/hilda/boards")));
        assertNothingLeft();
    }

    @Test
    void shouldLeaveNothingWhenItIsInterrupted() throws Exception {
        Files.createDirectories(bench.folder().resolve("run"));
        Process demo = bench.startHilda(Map.of(), "demo");
        Path boards = bench.folder().resolve("run/hilda/boards");
        // Before its board starts, its program is built, or another test's build of it is waited for.
        for (int attempt = 0; attempt < 4800 && registrations(boards) == 0 && demo.isAlive(); attempt++) {
            Thread.sleep(50);
        }
        assertEquals(1, registrations(boards), "boards that registered");
        bench.start("kill", "-INT", String.valueOf(demo.pid())).waitFor();
        assertTrue(demo.waitFor(20, TimeUnit.SECONDS), "the demo still runs");
        assertEquals(130, demo.exitValue());
        assertNothingLeft();
    }

    /** Programs of this demo have its folder on their command line or registered themselves. */
    private void assertNothingLeft() throws IOException, InterruptedException {
        String folder = bench.folder().toString();
        List<String> running = List.of(folder);
        for (int attempt = 0; attempt < 100 && !running.isEmpty(); attempt++) {
            Thread.sleep(50);
            running = ProcessHandle.allProcesses()
                    .map(process -> process.info().commandLine().orElse(""))
                    .filter(command -> command.contains(folder))
                    .toList();
        }
        assertEquals(List.of(), running, "processes of " + folder);
        try (Stream<Path> files = Files.list(bench.folder().resolve("tmp"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.getFileName().toString().startsWith("hilda-demo"))
                            .toList());
        }
    }

    private static long registrations(Path boards) throws IOException {
        if (!Files.isDirectory(boards)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(boards)) {
            return files.filter(file -> file.toString().endsWith(".json")).count();
        }
    }
}
