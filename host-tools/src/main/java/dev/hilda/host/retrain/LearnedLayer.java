// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.WeightQuantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A node's weights, their ranges and its bias, all trained. A normalization's gain stays: training begins with folded or
 * frozen normalization.
 */
final class LearnedLayer {
    /** Of the weights' standard deviation, and of the mean magnitude of biases. */
    private static final double RELATIVE_RATE = 0.0075;

    private final Operator.Weighted operator;
    private final int bits;
    private final boolean hasThresholds;
    private final float[] gains;
    private final float[] constants;
    private final Parameter weights;
    private final Parameter bias;
    private final WeightRange range;

    /** @param outputShift what the bias gets more than the start's, after normalization */
    LearnedLayer(
            Node node, WeightQuantization start, double inputScale, WeightQuantizer quantizer, double outputShift) {
        this.operator = (Operator.Weighted) node.operator();
        this.bits = start.bits();
        this.hasThresholds = start.hasThresholds();
        int channels = operator.outputChannels();
        this.gains = new float[channels];
        this.constants = new float[channels];
        float[] biases = new float[channels];
        List<WeightRange.Codes> codes = new ArrayList<>();
        for (int channel = 0; channel < channels; channel++) {
            int index = channel;
            codes.add(new WeightRange.Codes(bits, start.codes().zeroPoint(channel), (float) start.scale(channel)));
            gains[channel] = operator.normalization()
                    .map(given -> given.gain().get(index))
                    .orElse(1f);
            constants[channel] = operator.normalization()
                    .filter(given -> given.gain().get(index) == 0)
                    .map(given -> given.offset().get(index))
                    .orElse(0f);
            double before = start.hasThresholds()
                    ? start.realBias(channel)
                    : start.bias().get(channel) * inputScale * start.scale(channel);
            biases[channel] = (float) (before + (gains[channel] == 0 ? 0 : outputShift / gains[channel]));
        }
        float[] initial = initial(start);
        this.range = range(node.name(), codes, quantizer);
        this.weights = new Parameter(node.name() + "/weights", initial, RELATIVE_RATE * deviation(initial));
        this.bias = new Parameter(node.name() + "/bias", biases, RELATIVE_RATE * meanMagnitude(biases));
    }

    private WeightRange range(String name, List<WeightRange.Codes> start, WeightQuantizer quantizer) {
        boolean isPerLayer = start.stream()
                .allMatch(codes -> codes.scale() == start.get(0).scale()
                        && codes.zeroPoint() == start.get(0).zeroPoint());
        WeightChannels channels =
                new WeightChannels(start.size(), isPerLayer ? 1 : start.size(), operator::outputChannelOf);
        return switch (quantizer) {
            case LEARNED_STEP -> new SteppedRange(name, channels, start);
            case PACT -> new PactRange(name, channels, start);
            case MIN_MAX -> new MinMaxRange(bits, channels);
        };
    }

    /** What the codes stand for: a weight off the middle of its code would soon lose what rounding chose. */
    private float[] initial(WeightQuantization start) {
        float[] values = new float[operator.weights().size()];
        for (int index = 0; index < values.length; index++) {
            int channel = operator.outputChannelOf(index);
            values[index] =
                    (start.codes().code(index) - start.codes().zeroPoint(channel)) * (float) start.scale(channel);
        }
        return values;
    }

    private static double deviation(float[] values) {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        double mean = sum / values.length;
        return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
    }

    private static double meanMagnitude(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += Math.abs(value);
        }
        return sum / values.length;
    }

    List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>(List.of(weights, bias));
        parameters.addAll(range.parameters());
        return parameters;
    }

    /**
     * Σ ŵ·x + bias, as the weights are now; neither normalization nor activation. The bias is a whole number of products of a
     * step of the input and one of the weights, as it is in integers: where few of those are a step of the result, that matters.
     */
    Operator.Weighted sums(double inputScale) {
        float[] rounded = new float[weights.values().length];
        List<WeightRange.Codes> codes = range.codes(weights.values());
        for (int index = 0; index < rounded.length; index++) {
            rounded[index] = codes.get(operator.outputChannelOf(index)).rounded(weights.values()[index]);
        }
        float[] biases = bias.values().clone();
        for (int channel = 0; channel < biases.length; channel++) {
            double unit = inputScale * codes.get(channel).scale();
            biases[channel] = hasThresholds ? biases[channel] : (float) (unit * biasSteps(biases[channel], unit));
        }
        return operator.with(
                new FloatTensor(operator.weights().shape(), rounded),
                FloatTensor.vector(biases),
                Optional.empty(),
                Activation.NONE);
    }

    private static int biasSteps(float bias, double unit) {
        return (int) Math.rint(bias / unit);
    }

    /** Of sums, in place. A channel of gain 0 is constant. */
    void normalize(float[] sums) {
        if (operator.normalization().isEmpty()) {
            return;
        }
        for (int index = 0; index < sums.length; index++) {
            int channel = index % gains.length;
            sums[index] = gains[channel] == 0 ? constants[channel] : gains[channel] * sums[index];
        }
    }

    /** Derivatives by the sums from those by what they are normalized to, in place. */
    void normalizeGradient(float[] outer) {
        if (operator.normalization().isPresent()) {
            for (int index = 0; index < outer.length; index++) {
                outer[index] *= gains[index % gains.length];
            }
        }
    }

    /**
     * Derivatives by the parameters, in their order.
     *
     * @param ofRounded by the rounded weights
     * @param outer by the sums
     */
    List<float[]> gradients(float[] ofRounded, float[] outer) {
        float[] ofWeights = ofRounded.clone();
        List<float[]> ofRange = range.gradients(weights.values(), ofWeights);
        float[] ofBias = new float[bias.values().length];
        for (int index = 0; index < outer.length; index += ofBias.length) {
            for (int channel = 0; channel < ofBias.length; channel++) {
                ofBias[channel] += outer[index + channel];
            }
        }
        List<float[]> gradients = new ArrayList<>(List.of(ofWeights, ofBias));
        gradients.addAll(ofRange);
        return gradients;
    }

    /** In integers. */
    WeightQuantization quantization(double inputScale) {
        List<WeightRange.Codes> ranges = range.codes(weights.values());
        byte[] codes = new byte[weights.values().length];
        for (int index = 0; index < codes.length; index++) {
            codes[index] = (byte) ranges.get(operator.outputChannelOf(index)).code(weights.values()[index]);
        }
        int[] zeroPoints = new int[ranges.size()];
        double[] scales = new double[ranges.size()];
        int[] biases = new int[ranges.size()];
        for (int channel = 0; channel < scales.length; channel++) {
            zeroPoints[channel] = ranges.get(channel).zeroPoint();
            scales[channel] = ranges.get(channel).scale();
            biases[channel] = biasSteps(bias.values()[channel], inputScale * scales[channel]);
        }
        WeightQuantization integers =
                new WeightQuantization(new WeightCodes(bits, codes, zeroPoints), scales, Ints.of(biases));
        return hasThresholds
                ? integers.withThresholds(IntStream.range(0, scales.length)
                        .mapToObj(channel -> (double) bias.values()[channel])
                        .toList())
                : integers;
    }
}
