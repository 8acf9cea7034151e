// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

/**
 * Where the difference of two shares of the same images lies: the score interval of T. Tango (Statistics in Medicine 17,
 * 1998, 891–908). It holds its coverage where few images are discordant, and has a width where none is.
 *
 * @param low of later minus earlier, −1 to 1
 */
record DifferenceInterval(double low, double high) {
    private static final int HALVINGS = 50;

    /**
     * Of counts of images.
     *
     * @param images at least 1, of which {@code lost + won} are discordant
     * @param significance share of sets whose interval misses the true difference
     */
    static DifferenceInterval of(int images, int lost, int won, double significance) {
        double z = NormalDistribution.quantile(1 - significance / 2);
        double difference = (double) (won - lost) / images;
        return new DifferenceInterval(
                crossing(images, lost, won, z, -1, difference), crossing(images, lost, won, -z, difference, 1));
    }

    /** Where the score, which falls as the difference grows, is as large as that. */
    private static double crossing(int images, int lost, int won, double target, double from, double to) {
        double low = from;
        double high = to;
        for (int halving = 0; halving < HALVINGS; halving++) {
            double middle = (low + high) / 2;
            if (score(images, lost, won, middle) > target) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** How many standard deviations the counts lie above what is expected if the difference were that. */
    private static double score(int images, int lost, int won, double difference) {
        double spread = difference * (1 - difference);
        double half = -lost - won + (2.0 * images - won + lost) * difference;
        // The likeliest share of lost images, given the difference.
        double root = Math.sqrt(Math.max(0, half * half + 8.0 * images * lost * spread));
        double share = (root - half) / (4.0 * images);
        double variance = images * (2 * share + spread);
        double excess = won - lost - images * difference;
        return excess == 0 ? 0 : excess / Math.sqrt(Math.max(variance, Double.MIN_NORMAL));
    }
}
