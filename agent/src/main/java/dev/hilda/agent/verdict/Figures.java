// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

/**
 * A figure of both runs.
 *
 * @param change in its own unit, later minus earlier
 */
public record Figures(double baseline, double candidate, double change) {
    static Figures of(double baseline, double candidate) {
        return new Figures(baseline, candidate, candidate - baseline);
    }

    /** Of the baseline; 0 where both are nothing. */
    public double percent() {
        return change == 0 ? 0 : 100 * change / baseline;
    }
}
