// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.session.ClockCheck;
import dev.hilda.agent.session.ClockComparison;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.SelfTest;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.profile.Timing;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A board that keeps pace with the host, held against the host's clock as silicon is. */
class ClockSkewIT {
    private static final int ECHO_BYTES = 1000;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    @Tag("full")
    void shouldBeWithinHalfAPercentUnlessTheClockIsSkewed() throws Exception {
        VirtualBoard board = bench.board("--fast-flash", "--throttle");
        ClockComparison right = selfTest(board);
        assertEquals(480e6, right.measuredHz(), 0.005 * 480e6);
        board.fault("clock-skew 990000");
        BenchFailure failure = assertThrows(BenchFailure.class, () -> selfTest(board));
        assertEquals(FailureKind.BENCH, failure.kind(), failure.getMessage());
        assertTrue(failure.attempted().equals("time by the board's clock"), failure.getMessage());
        assertTrue(failure.actual().orElseThrow().startsWith("475."), failure.getMessage());
    }

    private static ClockComparison selfTest(VirtualBoard board) throws Exception {
        try (BoardLink link = board.link()) {
            SelfTest test = new SelfTest(
                    TestBench.session(link, ExpectedFirmware.BASE, SessionPatience.STANDARD),
                    "board under test",
                    ClockCheck.of(Timing.MEASURED, Clock.SYSTEM),
                    Progress.SILENT);
            test.run(TestBench.flasher(board, FlashPatience.FOR_SILICON), Firmware.base(), ECHO_BYTES, 1);
            return test.report().echo().orElseThrow().clocks().orElseThrow();
        }
    }
}
