// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

/**
 * One output channel before its multiplier is an integer.
 *
 * @param isConstant whether its output is always {@code code}
 * @param multiplier M_c, real; 0 of a constant
 * @param accumulator bound of |Φ'|: Σ|Wq − Zw|·max|X − Zx| + |B|
 * @param bias B
 * @param code output of a constant
 */
record ChannelRange(boolean isConstant, double multiplier, long accumulator, int bias, int code) {
    static ChannelRange varying(double multiplier, long products, int bias) {
        return new ChannelRange(false, multiplier, products + Math.abs((long) bias), bias, 0);
    }

    static ChannelRange constant(int code) {
        return new ChannelRange(true, 0, 0, 0, code);
    }
}
