// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import java.time.Duration;

/**
 * The board's clock against the host's.
 *
 * @param boardCycles cycles of the core clock that the board counted
 * @param hostDuration what the host's clock showed meanwhile
 * @param uncertainty of that: when within its questions the board looked at its clock, the host does not know
 * @param nominalHz what the board says its core clock is
 */
public record ClockComparison(long boardCycles, Duration hostDuration, Duration uncertainty, long nominalHz) {
    /** A crystal is off by less than a thousandth of this; what is off by more is another clock than it is said to be. */
    static final double MOST_DEVIATION = 0.005;

    private static final double NANOS_PER_SECOND = 1e9;

    /** The core clock by the host's clock. */
    public double measuredHz() {
        return boardCycles * NANOS_PER_SECOND / Math.max(1, hostDuration.toNanos());
    }

    /** By how much that may be wrong, either way. */
    public double uncertaintyHz() {
        return measuredHz() * uncertainty.toNanos() / Math.max(1, hostDuration.toNanos());
    }

    /** Whether the core clock is for certain farther off than any crystal. */
    boolean isOff() {
        return Math.abs(measuredHz() - nominalHz) - uncertaintyHz() > MOST_DEVIATION * nominalHz;
    }
}
