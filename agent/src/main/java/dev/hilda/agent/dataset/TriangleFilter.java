// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

/**
 * Resizes pictures of bytes with a triangle filter that widens when it shrinks, in integers only, so that every JDK gives
 * the same bytes. Horizontally first, then vertically, with the same rule along both axes.
 *
 * <p>Along an axis of {@code in} input and {@code out} output pixels, output o lies at c = (o + ½)·in/out, and input i, whose
 * centre is i + ½, weighs w = max(0, 1 − |i + ½ − c| / s) with s = max(1, in/out). In units of 1/(2·out) all of these are
 * integers: w ∝ W = max(0, 2·max(in, out) − |(2i + 1)·out − (2o + 1)·in|). With S the sum of W over the inputs that exist, the
 * coefficient is K = ⌊(2·W·2^22 + S) / 2S⌋, and the output value is clamp(⌊(2^21 + Σ K·value) / 2^22⌋, 0, 255). The values
 * between the two passes are bytes. This is Pillow's {@code BILINEAR} (Pillow, {@code src/libImaging/Resample.c}) with
 * coefficients that are exact before they are rounded.
 */
final class TriangleFilter {
    private static final int PRECISION_BITS = 22;

    private final int[] firstInputs;
    private final int[][] coefficients;

    /** Coefficients for one axis. */
    TriangleFilter(int in, int out) {
        firstInputs = new int[out];
        coefficients = new int[out][];
        long reach = 2L * Math.max(in, out);
        for (int o = 0; o < out; o++) {
            long centre = (2L * o + 1) * in;
            // Inputs with (2i + 1)·out strictly within reach of the centre.
            int first = (int) Math.max(0, (Math.floorDiv(centre - reach, out) + 1) / 2);
            int end = (int) Math.min(in, (Math.floorDiv(centre + reach - 1, out) - 1) / 2 + 1);
            firstInputs[o] = first;
            coefficients[o] = normalized(first, end, centre, reach, out);
        }
    }

    private static int[] normalized(int first, int end, long centre, long reach, int out) {
        long[] weights = new long[end - first];
        long sum = 0;
        for (int i = first; i < end; i++) {
            weights[i - first] = Math.max(0, reach - Math.abs((2L * i + 1) * out - centre));
            sum += weights[i - first];
        }
        int[] normalized = new int[weights.length];
        for (int k = 0; k < normalized.length; k++) {
            normalized[k] = (int) (((weights[k] << (PRECISION_BITS + 1)) + sum) / (2 * sum));
        }
        return normalized;
    }

    /**
     * Resizes a picture.
     *
     * @param pixels height × width × channels
     * @return outHeight × outWidth × channels
     */
    static byte[] resize(byte[] pixels, int height, int width, int channels, int outHeight, int outWidth) {
        byte[] narrowed = new TriangleFilter(width, outWidth).apply(pixels, height, channels);
        // Along the other axis a whole row is what a pixel was: outWidth × channels values side by side.
        return new TriangleFilter(height, outHeight).apply(narrowed, 1, outWidth * channels);
    }

    /** Filters each line: in × step values become out × step values. */
    private byte[] apply(byte[] values, int lines, int step) {
        int out = coefficients.length;
        int in = values.length / lines / step;
        byte[] result = new byte[lines * out * step];
        for (int line = 0; line < lines; line++) {
            for (int o = 0; o < out; o++) {
                for (int s = 0; s < step; s++) {
                    int from = (line * in + firstInputs[o]) * step + s;
                    result[(line * out + o) * step + s] = filtered(values, from, step, coefficients[o]);
                }
            }
        }
        return result;
    }

    private static byte filtered(byte[] values, int from, int step, int[] coefficients) {
        long sum = 1L << (PRECISION_BITS - 1);
        for (int k = 0; k < coefficients.length; k++) {
            sum += (long) coefficients[k] * Byte.toUnsignedInt(values[from + k * step]);
        }
        return (byte) Math.min(sum >> PRECISION_BITS, 255);
    }
}
