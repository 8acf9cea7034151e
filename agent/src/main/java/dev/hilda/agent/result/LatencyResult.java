// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import dev.hilda.agent.measure.CycleSummary;

/**
 * How long an inference takes, by the board's clock; percentiles by the nearest rank.
 *
 * @param latencyUsMin of the network alone
 * @param elapsedCyclesP50 with the work for the link in between
 */
public record LatencyResult(
        double latencyUsMin,
        long cyclesMin,
        double latencyUsP50,
        long cyclesP50,
        double latencyUsP95,
        long cyclesP95,
        double latencyUsP99,
        long cyclesP99,
        double latencyUsMax,
        long cyclesMax,
        long elapsedCyclesP50) {
    /**
     * From cycles of a core clock.
     *
     * @param inference of the network alone
     * @param elapsed from an inference's start to its end
     */
    public static LatencyResult of(CycleSummary inference, CycleSummary elapsed, long clockHz) {
        return new LatencyResult(
                Rounding.micros(inference.minCycles(), clockHz),
                inference.minCycles(),
                Rounding.micros(inference.p50Cycles(), clockHz),
                inference.p50Cycles(),
                Rounding.micros(inference.p95Cycles(), clockHz),
                inference.p95Cycles(),
                Rounding.micros(inference.p99Cycles(), clockHz),
                inference.p99Cycles(),
                Rounding.micros(inference.maxCycles(), clockHz),
                inference.maxCycles(),
                elapsed.p50Cycles());
    }
}
