// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.protocol.Statistics;
import java.util.Optional;

/**
 * What a self-test has found until now.
 *
 * @param flash once the firmware was written
 * @param greeting once the board had said hello
 * @param echo once all bytes had come back
 */
public record SelfTestReport(Optional<Flasher.Report> flash, Optional<Greeting> greeting, Optional<Echoed> echo) {
    /**
     * The echo, and what was counted with it.
     *
     * @param seed of the echoed bytes
     * @param statistics what the board counted up to the end of the echo
     * @param boardCycles that the board's core clock counted meanwhile
     * @param nominalHz what the board says that clock is
     * @param clocks the board's clock against the host's; empty where the host's says nothing of it
     */
    public record Echoed(
            EchoReport report,
            long seed,
            Statistics statistics,
            long boardCycles,
            long nominalHz,
            Optional<ClockComparison> clocks) {
        /** Bytes a second each way, by the board's core clock. */
        public double bytesPerSecond() {
            return report.bytes() * (double) nominalHz / Math.max(1, boardCycles);
        }
    }
}
