// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.Ints;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightQuantization;
import java.util.Arrays;

/** One convolution in integers, and what it computes, in real numbers. */
final class QuantizedLayer {
    /** Leaves room in int32 for the sum of products and for a left shift. */
    private static final double LARGEST_BIAS = 0x1p26;

    /** Logits of int32 are rounded to this part of the largest accumulator, or to single accumulators. */
    private static final double LOGIT_STEPS = 0x1p24;

    private final Operator.Weighted operator;
    private final ActivationQuantization input;
    private final WeightQuantization quantization;
    private final Operator.Weighted simulated;

    /** Chooses weights, then the bias. */
    QuantizedLayer(LayerInputs inputs, int bits, QuantizeOptions options, ActivationQuantization input) {
        this.operator = inputs.operator();
        this.input = input;
        WeightChoice choice = new WeightChoice(inputs, bits, options, leastScales());
        double[] bias = bias();
        if (options.biasCorrection()) {
            double[] exact = inputs.meanSums(choice.weights()::channel, inputs.exact());
            double[] quantized = inputs.meanSums(choice::values, inputs.quantized());
            for (int channel = 0; channel < bias.length; channel++) {
                bias[channel] += exact[channel] - quantized[channel];
            }
        }
        double[] scales =
                Arrays.stream(choice.grids()).mapToDouble(CodeGrid::scale).toArray();
        int[] integerBias = new int[bias.length];
        float[] simulatedBias = new float[bias.length];
        for (int channel = 0; channel < bias.length; channel++) {
            double unit = input.scale() * scales[channel];
            double steps = Math.rint(bias[channel] / unit);
            integerBias[channel] = (int) Math.max(-2 * LARGEST_BIAS, Math.min(2 * LARGEST_BIAS, steps));
            simulatedBias[channel] = (float) (integerBias[channel] * unit - offset(channel));
        }
        this.quantization = new WeightQuantization(
                choice.weights().codes(bits, choice.codes(), choice.grids()), scales, Ints.of(integerBias));
        this.simulated = operator.with(
                choice.weights().values(choice.codes(), choice.grids()),
                new FloatTensor(operator.bias().shape(), simulatedBias),
                operator.normalization(),
                operator.activation());
    }

    WeightQuantization quantization() {
        return quantization;
    }

    /** With what the codes stand for: on the quantized network's inputs it gives the result before that becomes codes. */
    Operator simulated() {
        return simulated;
    }

    /**
     * For int32 logits. Accumulators themselves where all channels have one scale, else a scale for which the rounding of
     * logits does not matter and int32 holds them (INTEGER.md, equation 2).
     */
    ActivationQuantization logits() {
        double largest = 0;
        double accumulator = 1;
        boolean same = operator.normalization().isEmpty();
        for (int channel = 0; channel < operator.outputChannels(); channel++) {
            double scale = quantization.scale(channel);
            largest = Math.max(largest, Math.abs(gain(channel)) * input.scale() * scale);
            same &= scale == quantization.scale(0);
            accumulator = Math.max(accumulator, largestAccumulator(channel));
        }
        if (same || largest == 0) {
            return new ActivationQuantization(32, input.scale() * quantization.scale(0), 0, Rounding.HALF_UP);
        }
        int exponent = Math.max(-1, Math.getExponent(LOGIT_STEPS / accumulator) - 1);
        double scale = largest * (1 + 0x1p-10) / Math.scalb(1.0, exponent - 1);
        return new ActivationQuantization(32, scale, 0, Rounding.HALF_UP);
    }

    private double largestAccumulator(int channel) {
        int channels = operator.outputChannels();
        int perChannel = quantization.codes().count() / channels;
        double sum = Math.abs((double) quantization.bias().get(channel));
        double largestInput = Math.max(input.zeroPoint(), CodeGrid.highest(input.bits()) - input.zeroPoint());
        return sum + largestInput * perChannel * CodeGrid.highest(quantization.bits());
    }

    private double[] leastScales() {
        return Arrays.stream(bias())
                .map(bias -> Math.abs(bias) / input.scale() / LARGEST_BIAS)
                .toArray();
    }

    /** In units of the sum of products: the normalization's offset is in it. */
    private double[] bias() {
        double[] bias = new double[operator.outputChannels()];
        for (int channel = 0; channel < bias.length; channel++) {
            bias[channel] = operator.bias().get(channel) + offset(channel);
        }
        return bias;
    }

    private double gain(int channel) {
        return operator.normalization()
                .map(given -> (double) given.gain().get(channel))
                .orElse(1.0);
    }

    /** A channel of gain 0 is constant; lowering takes its value from the normalization. */
    private double offset(int channel) {
        double gain = gain(channel);
        return operator.normalization()
                .filter(given -> gain != 0)
                .map(given -> given.offset().get(channel) / gain)
                .orElse(0.0);
    }
}
