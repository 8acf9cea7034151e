// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.agent.measure.ShareInterval;
import java.util.List;

/**
 * A share, or a difference of shares, with its interval of 95 %.
 *
 * @param value 0 to 1, of a difference −1 to 1
 */
public record Share(double value, double low, double high) {
    private static final double Z = 1.959964;

    /** Of {@code right} among {@code images}, at least 1: with the interval of Wilson. */
    static Share of(int right, int images) {
        ShareInterval interval = ShareInterval.of(right, images);
        return new Share((double) right / images, interval.low(), interval.high());
    }

    /**
     * How much more is right than before, on the same images: the mean of one difference an image, whose variance the interval
     * is of. With one network now, b images right before alone and c now alone, that is (c − b) / n of variance
     * (b + c − (c − b)² / n) / n².
     *
     * @param before '1' of each image that was right, else '0'
     * @param now likewise, as long; of several networks their mean is taken for each image
     */
    static Share difference(String before, List<String> now) {
        int images = before.length();
        double sum = 0;
        double squares = 0;
        for (int image = 0; image < images; image++) {
            int index = image;
            double mean = now.stream().filter(each -> each.charAt(index) == '1').count() / (double) now.size();
            double difference = mean - (before.charAt(image) - '0');
            sum += difference;
            squares += difference * difference;
        }
        double half = Z * Math.sqrt(squares - sum * sum / images) / images;
        return new Share(sum / images, sum / images - half, sum / images + half);
    }
}
