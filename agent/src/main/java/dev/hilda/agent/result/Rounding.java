// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import dev.hilda.agent.measure.CycleDistribution;

/** So many digits as readers need; documents stay short. */
final class Rounding {
    private static final double SHARE_STEPS = 1e6;
    private static final double MICROS_STEPS = 1e3;

    private Rounding() {}

    static double share(double share) {
        return Math.round(share * SHARE_STEPS) / SHARE_STEPS;
    }

    /** Cycles as microseconds. */
    static double micros(long cycles, long clockHz) {
        return Math.round(CycleDistribution.micros((double) cycles, clockHz) * MICROS_STEPS) / MICROS_STEPS;
    }
}
