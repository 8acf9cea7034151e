// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

/**
 * How the values of an activation tensor become unsigned codes: real = scale·(code − zeroPoint).
 *
 * @param bits 8, 4 or 2; 32 for an output of int32 with zero point 0
 * @param zeroPoint 0 … 2^bits − 1; an int8 file's zero point z is z + 128 here
 * @param rounding of the node that makes the tensor
 * @param lowest smallest code that the node makes: narrow ranges, and widths for which there are no codes, use only some
 * @param highest largest code that the node makes
 */
public record ActivationQuantization(
        int bits, double scale, int zeroPoint, Rounding rounding, int lowest, int highest) {
    private static final int INT32_BITS = 32;

    public ActivationQuantization {
        Require.that(
                bits == 8 || bits == 4 || bits == 2 || bits == INT32_BITS,
                () -> "expected 8, 4, 2 or 32 bits: " + bits);
        Require.that(scale > 0 && Double.isFinite(scale), () -> "expected a positive scale, got " + scale);
        int most = bits == INT32_BITS ? 0 : (1 << bits) - 1;
        Require.that(
                zeroPoint >= 0 && zeroPoint <= most,
                () -> "expected a zero point from 0 to " + most + ", got " + zeroPoint);
        Require.that(
                lowest >= lowest(bits) && lowest <= highest && highest <= highest(bits),
                () -> "expected codes of " + bits + " bits, got " + lowest + " to " + highest);
    }

    /** With all codes that the bits have. */
    public ActivationQuantization(int bits, double scale, int zeroPoint, Rounding rounding) {
        this(bits, scale, zeroPoint, rounding, lowest(bits), highest(bits));
    }

    private static int lowest(int bits) {
        return bits == INT32_BITS ? Integer.MIN_VALUE : 0;
    }

    private static int highest(int bits) {
        return bits == INT32_BITS ? Integer.MAX_VALUE : (1 << bits) - 1;
    }

    /** The same codes, made by another kind of rounding. */
    public ActivationQuantization with(Rounding other) {
        return new ActivationQuantization(bits, scale, zeroPoint, other, lowest, highest);
    }

    /** The same scale and zero point with all codes. */
    public ActivationQuantization unlimited() {
        return new ActivationQuantization(bits, scale, zeroPoint, rounding);
    }
}
