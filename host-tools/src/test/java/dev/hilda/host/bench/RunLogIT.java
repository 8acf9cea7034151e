// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log of a run, as somebody reads it who was not there. */
class RunLogIT {
    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldTellTheRunWithoutItsPassword() throws Exception {
        bench.board("--fast-flash");
        String broker = bench.broker().replace("//", "//me:s3cret@");
        Outcome outcome = bench.hilda(
                Map.of(),
                "selftest",
                "-v",
                "--on",
                "virtual-nucleo-h743zi",
                "--mqtt",
                broker,
                "--echo-bytes",
                "1000",
                "--json");
        assertEquals(0, outcome.exitCode(), outcome.errText());
        assertEquals(1, outcome.out().size(), outcome.out().toString());
        String run =
                new ObjectMapper().readTree(outcome.out().get(0)).path("run_id").asText();

        List<String> lines = log();
        String text = String.join("\n", lines);
        for (String line : lines) {
            assertTrue(line.matches("\\S+Z (DEBUG|INFO|WARN|ERROR) +\\[(" + run + "|process \\d+)] \\w+: .*"), line);
        }
        for (String told : List.of(
                "RunLog: hilda selftest -v --on virtual-nucleo-h743zi --mqtt mqtt://me:***@",
                "[" + run + "] MqttConnection: connected to mqtt://me:***@",
                "[" + run + "] ChildProcess: process ",
                "[" + run + "] OpenOcdFlasher: ** Verified OK **",
                "[" + run + "] OpenOcdFlasher: flashed ",
                "ended with exit code 0",
                "Streaming[] after Ready[]",
                "LoggedRun: result saved: run " + run + " in " + bench.folder(),
                "LoggedRun: result published: hilda/v1/")) {
            assertTrue(text.contains(told), told + " in\n" + text);
        }
        assertFalse((text + outcome.errText()).contains("s3cret"), text);
        assertTrue(outcome.errText().contains("[" + run + "] OpenOcdFlasher: flashed "), outcome.errText());
        assertFalse(outcome.errText().contains("Verified OK"), outcome.errText());
    }

    @Test
    void shouldTellWhyARunEnded() throws Exception {
        bench.board("--fast-flash").fault("flash-program-error");
        Outcome outcome = bench.hilda(Map.of(), "selftest", "--on", "virtual-nucleo-h743zi", "--mqtt", bench.broker());
        assertEquals(6, outcome.exitCode(), outcome.errText());
        assertTrue(
                log().stream().anyMatch(line -> line.contains("ERROR") && line.contains("BoardRun: flash: could not")),
                log().toString());
        assertFalse(outcome.errText().contains("BoardRun"), outcome.errText());
    }

    @Test
    void shouldMakeNothingForACommandThatLogsNothing() throws Exception {
        bench.hilda(Map.of(), "devices", "-v");
        assertFalse(Files.exists(bench.folder().resolve("state")));
    }

    private List<String> log() throws IOException {
        try (Stream<Path> files = Files.list(bench.folder().resolve("state/hilda/log"))) {
            return Files.readAllLines(files.findFirst().orElseThrow());
        }
    }
}
