// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.verdict.Dimensions;
import dev.hilda.agent.verdict.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies that somebody has written. */
class PolicyReaderTest {
    @TempDir
    private Path folder;

    private Policy read(String... lines) throws IOException {
        return PolicyReader.read(Files.write(folder.resolve("policy.yaml"), List.of(lines)));
    }

    @Test
    void shouldTakeTheUsualForWhatIsNotSaid() throws IOException {
        assertEquals(new Policy(0.015, 0.9, 1, 2.5, 1, Dimensions.CYCLES, Dimensions.BYTES), read("power: 0.9"));
        assertEquals(Policy.USUAL, read("cycles: {}", "power: 0.99"));
    }

    @Test
    void shouldReadEveryKey() throws IOException {
        assertEquals(
                new Policy(
                        0.001,
                        0.8,
                        2,
                        5,
                        0,
                        new Dimensions(Set.of("chip_id", "board"), Set.of()),
                        new Dimensions(Set.of("compiler"), Set.of("hilda_version"))),
                read(
                        "significance: 0.001",
                        "power: 0.8",
                        "accuracy: {tolerance_points: 2}",
                        "cycles: {tolerance_percent: 5, same: [chip_id, board], suspects: []}",
                        "bytes: {tolerance_percent: 0, same: [compiler], suspects: [hilda_version]}"));
    }

    @Test
    void shouldTellAllThatIsWrongByItsLine() {
        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> read(
                        "significance: 0.6",
                        "power: -1",
                        "colour: red",
                        "accuracy:",
                        "  tolerance_points: -1",
                        "cycles:",
                        "  tolerance_percent: 2000",
                        "  same: [chip, board, timing]",
                        "  suspects: [timing]",
                        "bytes:",
                        "  tolerance: 1"));
        assertEquals(FailureKind.CONFIGURATION, failure.kind());
        String text = String.valueOf(failure.getMessage());
        for (String line : List.of(
                "7 problems",
                "policy.yaml:1: significance: expected a number above 0, at most 0.5, got 0.6",
                "policy.yaml:2: power",
                "policy.yaml:3: colour",
                "policy.yaml:5: accuracy.tolerance_points",
                "policy.yaml:7: cycles.tolerance_percent",
                "policy.yaml:6: cycles",
                "chip: expected one of model, ",
                "timing: expected among same or among suspects, got both",
                "policy.yaml:11: bytes.tolerance")) {
            assertTrue(text.contains(line), line + " in\n" + text);
        }
    }
}
