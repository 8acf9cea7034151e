// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.LookupLayer;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.Rounding;

/** A function of each value, tabulated: T[q] = clamp(⌊Zy + f(S_x·(q − Zx)) / S_y + ½⌋), without ½ to floor. */
final class LookupTable {
    private static final double HALF = 0.5;

    private LookupTable() {}

    static LookupLayer layer(
            String name,
            int inputIndex,
            int outputIndex,
            ElementwiseFunction function,
            ActivationQuantization input,
            ActivationQuantization output) {
        LoweringException.require(
                Bits.isCode(output.bits()), name, "expected an output of 8, 4 or 2 bits, got " + output);
        int[] codes = new int[Bits.highestCode(input.bits()) + 1];
        for (int code = 0; code < codes.length; code++) {
            codes[code] = code(function.of(input.scale() * (code - input.zeroPoint())), output);
        }
        return new LookupLayer(name, inputIndex, outputIndex, Ints.of(codes));
    }

    /** Clamped as a real number: a function may reach further than int. */
    private static int code(double value, ActivationQuantization output) {
        double half = output.rounding() == Rounding.FLOOR ? 0 : HALF;
        double rounded = output.zeroPoint() + Math.floor(value / output.scale() + half);
        return (int) Math.max(output.lowest(), Math.min(output.highest(), rounded));
    }
}
