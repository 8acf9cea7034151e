// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Whether two networks differ on the same images by more than chance. */
final class PairedTests {
    private static final int RESAMPLINGS = 10_000;
    private static final long SEED = 1;
    private static final double TAIL = 0.025;

    private PairedTests() {}

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
