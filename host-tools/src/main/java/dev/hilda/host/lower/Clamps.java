// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;

/**
 * The codes an output may take: those of its quantization, narrowed by its activation function.
 *
 * @param low smallest code
 * @param high largest code
 */
record Clamps(int low, int high) {
    /** Six divided by a scale of 6/255 may fall short of 255 by an error of float arithmetic; it is 255 all the same. */
    private static final double TOLERANCE = 0x1p-20;

    static Clamps of(ActivationQuantization output, Activation activation) {
        int lowest = output.lowest();
        int highest = output.highest();
        return switch (activation) {
            case NONE -> new Clamps(lowest, highest);
            case RELU -> new Clamps(Math.max(lowest, output.zeroPoint()), highest);
            case RELU6 -> new Clamps(Math.max(lowest, output.zeroPoint()), (int) Math.min(highest, code(6, output)));
        };
    }

    /** The nearest code that may occur. */
    int clamp(long code) {
        return (int) Math.max(low, Math.min(high, code));
    }

    /** Code of a real value, before clamping. */
    static long code(double value, ActivationQuantization quantization) {
        double half = quantization.rounding() == Rounding.FLOOR ? 0 : 0.5;
        return quantization.zeroPoint() + (long) Math.floor(value / quantization.scale() + half + TOLERANCE);
    }
}
