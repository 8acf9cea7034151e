// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.Ints;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.WeightQuantization;
import dev.hilda.host.ir.rewrite.AnswerGrid;
import java.util.Arrays;

/** One convolution in integers, and what it computes, in real numbers. */
final class QuantizedLayer {
    /** Leaves room in int32 for the sum of products and for a left shift. */
    private static final double LARGEST_BIAS = 0x1p26;

    private final Operator.Weighted operator;
    private final ActivationQuantization input;
    private final WeightQuantization quantization;
    private final Operator.Weighted simulated;

    /**
     * Chooses weights, then the bias.
     *
     * @param thresholds whether the layer's codes come from thresholds, which take the bias in real numbers
     */
    QuantizedLayer(
            LayerInputs inputs, int bits, QuantizeOptions options, ActivationQuantization input, boolean thresholds) {
        this.operator = inputs.operator();
        this.input = input;
        double[] leastScales = thresholds ? new double[operator.outputChannels()] : leastScales();
        WeightChoice choice = new WeightChoice(inputs, bits, options, leastScales);
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
            double represented = thresholds ? bias[channel] : integerBias[channel] * unit;
            simulatedBias[channel] = (float) (represented - offset(channel));
        }
        WeightQuantization integers = new WeightQuantization(
                choice.weights().codes(bits, choice.codes(), choice.grids()), scales, Ints.of(integerBias));
        this.quantization =
                thresholds ? integers.withThresholds(Arrays.stream(bias).boxed().toList()) : integers;
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

    /** For int32 logits. */
    ActivationQuantization logits() {
        return AnswerGrid.int32(operator, quantization, input);
    }

    /** With which the bias fits int32, as it must where it is one. */
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
