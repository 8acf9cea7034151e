// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

/** What a share of images may be in the long run, with a confidence of 95 %. */
public record ShareInterval(double low, double high) {
    private static final double Z = 1.959964;

    /** Of {@code right} among {@code images}, at least 1: the interval of Wilson (1927). */
    public static ShareInterval of(long right, long images) {
        double share = (double) right / images;
        double square = Z * Z / images;
        double middle = (share + square / 2) / (1 + square);
        double half = Z / (1 + square) * Math.sqrt(share * (1 - share) / images + square / images / 4);
        return new ShareInterval(Math.max(0, middle - half), Math.min(1, middle + half));
    }
}
