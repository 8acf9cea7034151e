// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.bench.TestBench.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code agent/docs/first-board.md}, followed with the virtual board standing in. */
class FirstBoardIT {
    private static final Path PAGE = Path.of("..", "agent", "docs", "first-board.md");
    private static final String COMMAND = "    ./hilda ";
    private static final List<Integer> ALL_IS_WELL_OR_NOT = List.of(0, 4);

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldLeadToAPublishedSelfTest() throws Exception {
        List<String> commands = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith(COMMAND))
                .map(line -> line.substring(COMMAND.length()))
                .toList();
        // The launcher's own, and what runs until it is interrupted, have tests of their own.
        assertEquals(
                List.of("setup", "doctor", "virtual-board", "devices", "selftest --on nucleo-h743zi", "watch"),
                commands);
        Map<String, String> broker = Map.of("HILDA_MQTT", bench.broker());

        Outcome nothing = bench.hilda("devices");
        assertTrue(
                String.join("\n", nothing.out()).contains("./hilda doctor"),
                nothing.out().toString());

        VirtualBoard board = bench.board("--fast-flash");
        Outcome doctor = bench.hilda(broker, "doctor");
        assertTrue(ALL_IS_WELL_OR_NOT.contains(doctor.exitCode()), doctor.errText());
        assertTrue(
                doctor.out().stream().anyMatch(line -> line.startsWith("ok        broker: ")),
                doctor.out().toString());

        Outcome devices = bench.hilda("devices");
        assertTrue(
                devices.out().get(1).startsWith(board.serial()), devices.out().toString());

        Outcome selftest = bench.hilda(broker, "selftest", "--on", VirtualBoard.PROFILE.name());
        assertEquals(0, selftest.exitCode(), selftest.errText());
        assertTrue(
                selftest.out().get(0).startsWith("Self-test passed: "),
                selftest.out().toString());
        String last = selftest.out().get(selftest.out().size() - 1);
        assertTrue(last.contains("published ") && last.endsWith("read back"), last);
    }
}
