// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

/**
 * How often a classifier was right.
 *
 * @param top1 images whose label was the first output in the order of {@link Ranking}
 * @param top5 images whose label was among the first five; all, where there are no more than five classes
 */
public record Classification(long images, long top1, long top5, ConfusionMatrix confusion) {
    /** Share of images, 0 to 1; NaN without images. */
    public double top1Accuracy() {
        return (double) top1 / images;
    }

    /** Share of images, 0 to 1; NaN without images. */
    public double top5Accuracy() {
        return (double) top5 / images;
    }
}
