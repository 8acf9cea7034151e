// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.agent.network.Bits;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightQuantization;

/** Codes of answers, which are int32, and of results that only a sign is taken of. */
public final class AnswerGrid {
    /** Answers are rounded to this part of the largest accumulator, or to single accumulators. */
    private static final double STEPS = 0x1p24;

    private AnswerGrid() {}

    /**
     * Accumulators themselves where all channels have one scale, else a scale for which the rounding does not matter and
     * int32 holds the answers (INTEGER.md, equation 2).
     */
    public static ActivationQuantization int32(
            Operator.Weighted operator, WeightQuantization weights, ActivationQuantization input) {
        double largest = largestStep(operator, weights, input);
        double accumulator = 1;
        boolean isOne = operator.normalization().isEmpty();
        int taps = weights.codes().count() / operator.outputChannels();
        double furthest = Math.max(input.zeroPoint(), Bits.highestCode(input.bits()) - input.zeroPoint());
        for (int channel = 0; channel < operator.outputChannels(); channel++) {
            isOne &= weights.scale(channel) == weights.scale(0);
            double products = furthest * taps * Bits.highestCode(weights.bits());
            accumulator = Math.max(accumulator, Math.abs((double) weights.bias().get(channel)) + products);
        }
        if (isOne || largest == 0) {
            return new ActivationQuantization(32, input.scale() * weights.scale(0), 0, Rounding.HALF_UP);
        }
        int exponent = Math.max(-1, Math.getExponent(STEPS / accumulator) - 1);
        double scale = largest * (1 + 0x1p-10) / Math.scalb(1.0, exponent - 1);
        return new ActivationQuantization(32, scale, 0, Rounding.HALF_UP);
    }

    /** Codes of which only the side of 128 they are on matters: from it on where the real number is not negative. */
    static ActivationQuantization signs(
            Operator.Weighted operator, WeightQuantization weights, ActivationQuantization input) {
        double largest = largestStep(operator, weights, input);
        return new ActivationQuantization(8, largest == 0 ? 1 : 4 * largest, 128, Rounding.FLOOR);
    }

    /** By which a unit of the sum of products moves the result. */
    private static double largestStep(
            Operator.Weighted operator, WeightQuantization weights, ActivationQuantization input) {
        double largest = 0;
        for (int channel = 0; channel < operator.outputChannels(); channel++) {
            int index = channel;
            double gain = operator.normalization()
                    .map(given -> (double) given.gain().get(index))
                    .orElse(1.0);
            largest = Math.max(largest, Math.abs(gain) * input.scale() * weights.scale(channel));
        }
        return largest;
    }
}
