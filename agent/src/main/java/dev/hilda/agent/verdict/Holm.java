// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Probabilities of several tests, corrected for their number, step down: with any of them held against the significance, at
 * most that share of sets of tests has a false alarm (S. Holm, Scandinavian Journal of Statistics 6, 1979).
 */
public final class Holm {
    private Holm() {}

    /** In the same order. */
    public static double[] corrected(double[] probabilities) {
        int count = probabilities.length;
        int[] ascending = IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingDouble(index -> probabilities[index]))
                .mapToInt(index -> index)
                .toArray();
        double[] corrected = new double[count];
        double most = 0;
        for (int rank = 0; rank < count; rank++) {
            most = Math.max(most, Math.min(1, (count - rank) * probabilities[ascending[rank]]));
            corrected[ascending[rank]] = most;
        }
        return corrected;
    }
}
