// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import java.time.Duration;

/**
 * The board's clock against the host's.
 *
 * @param boardCycles cycles of the core clock that the board counted
 * @param hostDuration what the host's clock showed meanwhile
 * @param nominalHz what the board says its core clock is
 */
public record ClockComparison(long boardCycles, Duration hostDuration, long nominalHz) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** What the board's clock showed meanwhile. */
    public double boardSeconds() {
        return (double) Math.max(1, boardCycles) / nominalHz;
    }

    /** The core clock by the host's clock. */
    public double measuredHz() {
        return boardCycles * NANOS_PER_SECOND / Math.max(1, hostDuration.toNanos());
    }
}
