// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

/**
 * A share, or a difference of shares, with its interval of 95 %.
 *
 * @param value 0 to 1, of a difference −1 to 1
 */
public record Share(double value, double low, double high) {
    private static final double Z = 1.959964;

    /** Of {@code right} among {@code images}, at least 1: the interval of Wilson (1927). */
    static Share of(int right, int images) {
        double share = (double) right / images;
        double square = Z * Z / images;
        double middle = (share + square / 2) / (1 + square);
        double half = Z / (1 + square) * Math.sqrt(share * (1 - share) / images + square / images / 4);
        return new Share(share, Math.max(0, middle - half), Math.min(1, middle + half));
    }

    /**
     * How much more is right than before, on the same images: with b right before alone and c right now alone, (c − b) / n,
     * of variance (b + c − (c − b)² / n) / n².
     *
     * @param before '1' of each image that was right, else '0'
     * @param now likewise, as long
     */
    static Share difference(String before, String now) {
        int lost = 0;
        int won = 0;
        int images = before.length();
        for (int image = 0; image < images; image++) {
            lost += before.charAt(image) > now.charAt(image) ? 1 : 0;
            won += before.charAt(image) < now.charAt(image) ? 1 : 0;
        }
        double difference = won - lost;
        double half = Z * Math.sqrt(lost + won - difference * difference / images) / images;
        return new Share(difference / images, difference / images - half, difference / images + half);
    }
}
