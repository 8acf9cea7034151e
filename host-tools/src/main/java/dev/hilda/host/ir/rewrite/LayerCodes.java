// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.agent.network.Ints;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.WeightGrid;
import dev.hilda.host.ir.WeightQuantization;

/**
 * Weights and bias of one layer, the offset of a normalization in the bias.
 *
 * @param operator computes in real numbers what the integers do, where these had to be fitted
 */
record LayerCodes(Operator.Weighted operator, WeightQuantization weights) {
    /** Half of what int32 holds: the rest is for the products. */
    private static final double MAX_BIAS = 1 << 30;

    /** What is computed of the result. */
    enum Use {
        /** Codes, or an answer of int32. */
        VALUE,
        /** Whether it is below 0. */
        SIGN
    }

    static LayerCodes of(Operator.Weighted operator, WeightGrid codes, ActivationQuantization input, Use use) {
        int[] bias = new int[codes.scales().size()];
        for (int channel = 0; channel < bias.length; channel++) {
            double exact = sum(operator, channel) / (input.scale() * codes.scale(channel));
            bias[channel] = integer(
                    use == Use.VALUE
                            ? Math.rint(exact)
                            // Sums of products are integers: rounded so, the sign is that of the real numbers.
                            : gain(operator, channel) < 0 ? Math.ceil(exact) : Math.floor(exact));
        }
        return new LayerCodes(operator, new WeightQuantization(codes.codes(), codes.scaleArray(), Ints.of(bias)));
    }

    static int integer(double steps) {
        return (int) Math.max(-MAX_BIAS, Math.min(MAX_BIAS, steps));
    }

    /** What is added to the products, in real numbers and before a gain. */
    static double sum(Operator.Weighted operator, int channel) {
        double gain = gain(operator, channel);
        // A channel of gain 0 is constant; lowering takes its value from the normalization.
        double offset = gain == 0 ? 0 : offset(operator, channel) / gain;
        return operator.bias().get(channel) + offset;
    }

    static double gain(Operator.Weighted operator, int channel) {
        return operator.normalization()
                .map(given -> (double) given.gain().get(channel))
                .orElse(1.0);
    }

    static float offset(Operator.Weighted operator, int channel) {
        return operator.normalization()
                .map(given -> given.offset().get(channel))
                .orElse(0f);
    }
}
