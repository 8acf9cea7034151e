// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;
import java.util.stream.IntStream;

/**
 * Evenly spaced values scale·(code − zeroPoint) of unsigned codes. 0 is one of them.
 *
 * @param bits 8, 4 or 2
 * @param scale positive
 * @param zeroPoint 0 … 2^bits − 1
 */
record CodeGrid(int bits, double scale, int zeroPoint) {
    /** As in {@link dev.hilda.agent.dataset.Sample#codes}, so that an input has the codes that the board receives. */
    private static final double TIE_TOLERANCE = 0x1p-20;

    /** Values that one thread rounds at a time. */
    private static final int STRIPE = 1 << 15;

    /** A range narrower than this is that of values which are all 0; its width then does not matter. */
    private static final double EMPTY = 0x1p-100;

    static CodeGrid of(ActivationQuantization quantization) {
        return new CodeGrid(quantization.bits(), quantization.scale(), quantization.zeroPoint());
    }

    /** The grid of a range, widened to contain 0; 0 → 1 when there is nothing but 0 (Rusci et al. 2020, section 3). */
    static CodeGrid ofRange(int bits, double low, double high) {
        double from = Math.min(0, low);
        double to = Math.max(0, high);
        if (to - from < EMPTY) {
            to = 1;
        }
        int highest = highest(bits);
        double scale = (to - from) / highest;
        return new CodeGrid(bits, scale, (int) Math.rint(-from / scale));
    }

    static int highest(int bits) {
        return (1 << bits) - 1;
    }

    int code(double value) {
        double code = Math.floor(value / scale + 0.5 + TIE_TOLERANCE) + zeroPoint;
        return (int) Math.min(highest(bits), Math.max(0, code));
    }

    double value(int code) {
        return scale * (code - zeroPoint);
    }

    ActivationQuantization quantization() {
        return new ActivationQuantization(bits, scale, zeroPoint, Rounding.HALF_UP);
    }

    double nearest(double value) {
        return value(code(value));
    }

    /** Of each of many values. */
    float[] nearest(float[] values) {
        float[] rounded = new float[values.length];
        IntStream.range(0, (values.length + STRIPE - 1) / STRIPE).parallel().forEach(stripe -> {
            int end = Math.min(values.length, (stripe + 1) * STRIPE);
            for (int index = stripe * STRIPE; index < end; index++) {
                rounded[index] = (float) nearest(values[index]);
            }
        });
        return rounded;
    }
}
