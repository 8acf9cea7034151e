// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import java.util.Arrays;

/**
 * How often which values occur, in one pass: when a value is outside, neighbouring bins are merged until it is inside. The
 * order of the values decides about the bins, so that the same data give the same histogram.
 */
final class Histogram {
    private static final int BINS = 4096;

    private final long[] counts = new long[BINS];
    private double low;
    private double binWidth;
    private double least = Double.POSITIVE_INFINITY;
    private double largest = Double.NEGATIVE_INFINITY;

    void add(float[] values) {
        double least = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (float value : values) {
            least = Math.min(least, value);
            largest = Math.max(largest, value);
        }
        if (!Double.isFinite(least) || !Double.isFinite(largest)) {
            throw new QuantizationException("calibration gives a value that is infinite or no number");
        }
        include(least, largest);
        for (float value : values) {
            counts[bin(value)]++;
        }
    }

    private void include(double least, double largest) {
        if (binWidth == 0) {
            low = least;
            binWidth = Math.max((largest - least) / (BINS - 1), Math.max(Math.abs(least), 0x1p-60) * 0x1p-20);
        }
        while (least < low) {
            low -= BINS * binWidth;
            mergePairs(BINS / 2);
        }
        while (largest >= low + BINS * binWidth) {
            mergePairs(0);
        }
        this.least = Math.min(this.least, least);
        this.largest = Math.max(this.largest, largest);
    }

    /** Doubles the width of the bins; the old ones become the half that begins at {@code target}. */
    private void mergePairs(int target) {
        long[] merged = new long[BINS / 2];
        for (int bin = 0; bin < BINS; bin++) {
            merged[bin / 2] += counts[bin];
        }
        Arrays.fill(counts, 0);
        System.arraycopy(merged, 0, counts, target, BINS / 2);
        binWidth *= 2;
    }

    private int bin(double value) {
        return (int) Math.min(BINS - 1, Math.max(0, Math.floor((value - low) / binWidth)));
    }

    double least() {
        return least;
    }

    double largest() {
        return largest;
    }

    /** The value below which the given part of all values lies, to the width of a bin. */
    double quantile(double part) {
        double wanted = part * Arrays.stream(counts).sum();
        long below = 0;
        for (int bin = 0; bin < BINS; bin++) {
            below += counts[bin];
            if (below >= wanted) {
                double edge = part < 0.5 ? low + bin * binWidth : low + (bin + 1) * binWidth;
                return Math.min(largest, Math.max(least, edge));
            }
        }
        return largest;
    }

    /** Σ over all values of the squared error of their codes. */
    double squaredError(CodeGrid grid) {
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            if (counts[bin] > 0) {
                double value = Math.min(largest, Math.max(least, low + (bin + 0.5) * binWidth));
                double difference = grid.nearest(value) - value;
                error += counts[bin] * difference * difference;
            }
        }
        return error;
    }
}
