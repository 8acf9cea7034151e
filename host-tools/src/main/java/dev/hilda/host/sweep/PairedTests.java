// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Whether two networks differ on the same images by more than chance. */
final class PairedTests {
    private static final int RESAMPLINGS = 10_000;
    private static final long SEED = 1;
    private static final double TAIL = 0.025;

    private PairedTests() {}

    /**
     * McNemar's test, exact: of the images that one network alone gets right, as many as not should be the one's. Two-sided,
     * by the binomial distribution of 1/2.
     *
     * @return probability of so uneven a split or a more uneven one
     */
    static double mcNemar(int lost, int won) {
        int all = lost + won;
        double term = Math.pow(0.5, all);
        double sum = 0;
        for (int count = 0; count <= Math.min(lost, won); count++) {
            sum += term;
            term *= (double) (all - count) / (count + 1);
        }
        return Math.min(1, 2 * sum);
    }

    /** Probabilities of several tests of one table, corrected for their number: Holm (1979), step down. */
    static double[] holm(double[] probabilities) {
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

    /**
     * The mean of one difference an image, with the percentile interval of 10,000 bootstrap samples of images. The same
     * differences give the same interval.
     */
    static Share meanDifference(List<Double> differences) {
        int count = differences.size();
        double[] values = differences.stream().mapToDouble(each -> each).toArray();
        SplittableRandom random = new SplittableRandom(SEED);
        double[] means = new double[RESAMPLINGS];
        for (int resampling = 0; resampling < RESAMPLINGS; resampling++) {
            double sum = 0;
            for (int draw = 0; draw < count; draw++) {
                sum += values[random.nextInt(count)];
            }
            means[resampling] = sum / count;
        }
        Arrays.sort(means);
        return new Share(
                Arrays.stream(values).sum() / count,
                means[(int) (TAIL * RESAMPLINGS)],
                means[(int) ((1 - TAIL) * RESAMPLINGS) - 1]);
    }
}
