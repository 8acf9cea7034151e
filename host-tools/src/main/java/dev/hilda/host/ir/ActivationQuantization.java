// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

/**
 * How the values of an activation tensor become unsigned codes: real = scale·(code − zeroPoint).
 *
 * @param bits 8, 4 or 2; 32 for an output of int32 with zero point 0
 * @param zeroPoint 0 … 2^bits − 1; an int8 file's zero point z is z + 128 here
 * @param rounding of the node that makes the tensor
 */
public record ActivationQuantization(int bits, double scale, int zeroPoint, Rounding rounding) {
    public ActivationQuantization {
        Require.that(bits == 8 || bits == 4 || bits == 2 || bits == 32, () -> "expected 8, 4, 2 or 32 bits: " + bits);
        Require.that(scale > 0 && Double.isFinite(scale), () -> "expected a positive scale, got " + scale);
        int highest = bits == 32 ? 0 : (1 << bits) - 1;
        Require.that(
                zeroPoint >= 0 && zeroPoint <= highest,
                () -> "expected a zero point from 0 to " + highest + ", got " + zeroPoint);
    }
}
