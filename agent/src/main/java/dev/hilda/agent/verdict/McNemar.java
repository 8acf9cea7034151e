// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

/**
 * McNemar's test, exact and two-sided: of the images that one network alone gets right, as many as not should be the one's,
 * by the binomial distribution of 1/2 (Q. McNemar, Psychometrika 12, 1947). Of the exact test and its mid-p version, which
 * finds a little more (Fagerland, Lydersen, Laake, BMC Medical Research Methodology 13:91, 2013), this is the one that never
 * takes more than the significance of equal networks for different: a night's false alarms can be counted on.
 */
public final class McNemar {
    private McNemar() {}

    /**
     * Probability of so uneven a split, or a more uneven one.
     *
     * @param lost images that the earlier network alone gets right
     * @param won images that the later one alone gets right
     */
    public static double probability(int lost, int won) {
        return Math.min(1, 2 * Binomial.atMost(lost + won, Math.min(lost, won), 0.5));
    }
}
