// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import java.util.Optional;

/**
 * A bias and a multiplier that give each sum of products the code that the real numbers give it. A bias is an integer, so that
 * thresholds between few codes would move by up to half a unit; a multiplier nearby puts them back where there is one.
 *
 * @param bias added to the sum of products
 * @param multiplier codes by which a unit of that moves the result; positive
 */
record ThresholdFit(long bias, double multiplier) {
    /** Between more codes than this no multiplier puts all thresholds where they belong. */
    static final int MOST_CODES = 16;

    /** Multipliers are kept in float, and rounded once more to 31 bits. */
    private static final double MARGIN = 1e-6;

    private static final int FURTHEST = 2;

    /**
     * What the real numbers compute: code = zero + ⌊multiplier·Φ + offset + half⌋.
     *
     * @param first of the codes that occur, as a distance from the zero point
     * @param last likewise
     * @param range of Φ, a sum of products: from its negative to itself
     */
    record Exact(double multiplier, double offset, int first, int last, double half, long range) {}

    /** @param half what the integers add before they round down */
    static Optional<ThresholdFit> of(Exact exact, double half) {
        double wanted = (exact.offset() + exact.half() - half) / exact.multiplier();
        Optional<ThresholdFit> best = Optional.empty();
        double leastChange = Double.POSITIVE_INFINITY;
        long nearest = Math.round(wanted);
        for (long bias = nearest - FURTHEST; bias <= nearest + FURTHEST; bias++) {
            double multiplier = multiplier(exact, (double) bias, half);
            double change = Math.abs(multiplier / exact.multiplier() - 1);
            if (change < leastChange) {
                leastChange = change;
                best = Optional.of(new ThresholdFit(bias, multiplier));
            }
        }
        return best;
    }

    /** The nearest one that does with a bias; infinite where none does. */
    private static double multiplier(Exact exact, double bias, double half) {
        double range = (double) exact.range();
        double low = 0;
        double high = Double.POSITIVE_INFINITY;
        for (int code = exact.first() + 1; code <= exact.last(); code++) {
            double least = code - half;
            double threshold = Math.ceil((code - exact.half() - exact.offset()) / exact.multiplier());
            if (threshold <= range) {
                double sum = Math.max(threshold, -range) + bias;
                if (sum > 0) {
                    low = Math.max(low, least / sum);
                } else if (sum < 0) {
                    high = least < 0 ? Math.min(high, least / sum) : 0;
                } else if (least > 0) {
                    return Double.POSITIVE_INFINITY;
                }
            }
            if (threshold > -range) {
                double sum = Math.min(threshold - 1, range) + bias;
                if (sum > 0) {
                    high = least > 0 ? Math.min(high, least / sum) : 0;
                } else if (sum < 0) {
                    low = Math.max(low, least < 0 ? least / sum : 0);
                } else if (least <= 0) {
                    return Double.POSITIVE_INFINITY;
                }
            }
        }
        double from = low * (1 + MARGIN);
        double to = high * (1 - MARGIN);
        return from > to || to <= 0 ? Double.POSITIVE_INFINITY : Math.max(from, Math.min(to, exact.multiplier()));
    }
}
