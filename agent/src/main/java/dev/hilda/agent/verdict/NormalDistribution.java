// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

/** The normal distribution of mean 0 and variance 1. */
final class NormalDistribution {
    private static final double FARTHEST = 8;
    private static final int HALVINGS = 60;
    private static final double SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

    private NormalDistribution() {}

    /** What a share of at least a half lies below. */
    static double quantile(double share) {
        double low = 0;
        double high = FARTHEST;
        for (int halving = 0; halving < HALVINGS; halving++) {
            double middle = (low + high) / 2;
            if (below(middle) < share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** The series of Marsaglia (Journal of Statistical Software 11/4, 2004). */
    private static double below(double value) {
        double sum = value;
        double term = value;
        for (int divisor = 3; sum + term > sum; divisor += 2) {
            term *= value * value / divisor;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-value * value / 2) / SQRT_TWO_PI;
    }
}
