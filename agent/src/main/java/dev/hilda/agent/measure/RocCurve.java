// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** How well a score tells positives from negatives, whatever the threshold. */
public final class RocCurve {
    private RocCurve() {}

    /**
     * Area under the ROC curve, as the rank statistic of Mann and Whitney: the probability that a positive has a larger
     * score than a negative, ties counting half (Fawcett 2006, "An introduction to ROC analysis", section 7).
     *
     * @param scores none NaN
     * @param positive whether each is one; as many as scores
     * @return 0 to 1; empty without a positive or without a negative
     */
    public static OptionalDouble area(double[] scores, boolean[] positive) {
        if (scores.length != positive.length) {
            throw new IllegalArgumentException(
                    "expected as many labels as scores, got " + positive.length + " and " + scores.length);
        }
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(index -> scores[index]))
                .mapToInt(Integer::intValue)
                .toArray();
        double rankSum = 0;
        int from = 0;
        while (from < order.length) {
            int to = from + 1;
            // Not ==, which tells NaN from itself, nor compare, which tells 0 from −0.
            while (to < order.length && scores[order[to]] <= scores[order[from]]) {
                to++;
            }
            double meanRank = (from + 1 + to) / 2.0;
            long tied = Arrays.stream(order, from, to)
                    .filter(index -> positive[index])
                    .count();
            rankSum += meanRank * tied;
            from = to;
        }
        double positives = IntStream.range(0, positive.length)
                .filter(index -> positive[index])
                .count();
        double negatives = positive.length - positives;
        return positives == 0 || negatives == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((rankSum - positives * (positives + 1) / 2) / (positives * negatives));
    }
}
