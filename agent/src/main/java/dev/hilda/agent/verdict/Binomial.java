// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

/** The binomial distribution, also where its terms are far from what their products and powers leave in a double. */
final class Binomial {
    private static final int SERIES_FROM = 16;
    private static final double HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;
    private static final double NEGLIGIBLE = 1e-18;

    private Binomial() {}

    /** Probability of exactly so many successes. */
    static double exactly(int trials, int successes, double probability) {
        if (probability <= 0 || probability >= 1) {
            return successes == (probability <= 0 ? 0 : trials) ? 1 : 0;
        }
        return Math.exp(logFactorial(trials)
                - logFactorial(successes)
                - logFactorial(trials - successes)
                + successes * Math.log(probability)
                + (trials - successes) * Math.log1p(-probability));
    }

    /** Probability of at most so many. */
    static double atMost(int trials, int most, double probability) {
        if (most < 0 || most >= trials) {
            return most < 0 ? 0 : 1;
        }
        if (probability <= 0 || probability >= 1) {
            return probability <= 0 ? 1 : 0;
        }
        // From the largest term on to both sides, each from its neighbour.
        int top = Math.min(most, (int) ((trials + 1) * probability));
        double odds = probability / (1 - probability);
        double largest = exactly(trials, top, probability);
        double sum = largest;
        double term = largest;
        for (int count = top; count > 0 && term > sum * NEGLIGIBLE; count--) {
            term *= count / (odds * (trials - count + 1));
            sum += term;
        }
        term = largest;
        for (int count = top; count < most && term > sum * NEGLIGIBLE; count++) {
            term *= odds * (trials - count) / (count + 1);
            sum += term;
        }
        return Math.min(1, sum);
    }

    /** ln(n!): of few by multiplication, of more by Stirling's series, whose next term is below 1e-14. */
    private static double logFactorial(int number) {
        if (number < SERIES_FROM) {
            double product = 1;
            for (int factor = 2; factor <= number; factor++) {
                product *= factor;
            }
            return Math.log(product);
        }
        double inverse = 1.0 / number;
        double square = inverse * inverse;
        return (number + 0.5) * Math.log(number)
                - number
                + HALF_LOG_TWO_PI
                + inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
    }
}
