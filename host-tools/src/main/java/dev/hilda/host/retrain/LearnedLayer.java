// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.WeightQuantization;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A node's weights, their steps and its bias, all trained. Zero points and a normalization's gain stay: training begins
 * with folded or frozen normalization.
 */
final class LearnedLayer {
    /** Of the weights' standard deviation, and of the mean magnitude of biases. */
    private static final double RELATIVE_RATE = 0.0075;

    /** Of the logarithm of a step. */
    private static final double STEP_RATE = 1e-3;

    private final Operator.Weighted operator;
    private final int bits;
    private final boolean hasThresholds;
    private final int[] zeroPoints;
    private final FakeQuantizer[] quantizers;
    private final float[] gains;
    private final float[] constants;
    private final Parameter weights;
    private final Parameter bias;

    /** Natural logarithms: one a channel, or one. */
    private final Parameter steps;

    LearnedLayer(Node node, WeightQuantization start, double inputScale) {
        this.operator = (Operator.Weighted) node.operator();
        this.bits = start.bits();
        this.hasThresholds = start.hasThresholds();
        int channels = operator.outputChannels();
        this.zeroPoints = new int[channels];
        this.quantizers = new FakeQuantizer[channels];
        this.gains = new float[channels];
        this.constants = new float[channels];
        float[] biases = new float[channels];
        float[] logs = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            int index = channel;
            zeroPoints[channel] = start.codes().zeroPoint(channel);
            quantizers[channel] = new FakeQuantizer(bits, zeroPoints[channel]);
            gains[channel] = operator.normalization()
                    .map(given -> given.gain().get(index))
                    .orElse(1f);
            constants[channel] = operator.normalization()
                    .filter(given -> given.gain().get(index) == 0)
                    .map(given -> given.offset().get(index))
                    .orElse(0f);
            logs[channel] = (float) Math.log(start.scale(channel));
            biases[channel] = (float)
                    (start.hasThresholds()
                            ? start.realBias(channel)
                            : start.bias().get(channel) * inputScale * start.scale(channel));
        }
        boolean isPerChannel = logs.length > 1 && !isConstant(logs);
        this.steps = new Parameter(node.name() + "/steps", isPerChannel ? logs : Arrays.copyOf(logs, 1), STEP_RATE);
        float[] initial = initial(start);
        this.weights = new Parameter(node.name() + "/weights", initial, RELATIVE_RATE * deviation(initial));
        this.bias = new Parameter(node.name() + "/bias", biases, RELATIVE_RATE * meanMagnitude(biases));
    }

    private static boolean isConstant(float[] values) {
        for (float value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }

    /** What the codes stand for: a weight off the middle of its code would soon lose what rounding chose. */
    private float[] initial(WeightQuantization start) {
        float[] values = new float[operator.weights().size()];
        for (int index = 0; index < values.length; index++) {
            int channel = operator.outputChannelOf(index);
            values[index] = (start.codes().code(index) - zeroPoints[channel]) * (float) start.scale(channel);
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
        return List.of(weights, bias, steps);
    }

    float step(int channel) {
        float[] logs = steps.values();
        return (float) Math.exp(logs[logs.length == 1 ? 0 : channel]);
    }

    /** Σ ŵ·x + bias, as the weights are now; neither normalization nor activation. */
    Operator.Weighted sums() {
        float[] rounded = new float[weights.values().length];
        float[] stepOf = stepsByChannel();
        for (int index = 0; index < rounded.length; index++) {
            int channel = operator.outputChannelOf(index);
            rounded[index] = quantizers[channel].rounded(weights.values()[index], stepOf[channel]);
        }
        return operator.with(
                new FloatTensor(operator.weights().shape(), rounded),
                FloatTensor.vector(bias.values().clone()),
                Optional.empty(),
                Activation.NONE);
    }

    private float[] stepsByChannel() {
        float[] stepOf = new float[zeroPoints.length];
        for (int channel = 0; channel < stepOf.length; channel++) {
            stepOf[channel] = step(channel);
        }
        return stepOf;
    }

    /** Of sums, in place. A channel of gain 0 is constant. */
    void normalize(float[] sums) {
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
        float[] ofWeights = new float[ofRounded.length];
        float[] ofSteps = new float[steps.values().length];
        float[] stepOf = stepsByChannel();
        for (int index = 0; index < ofRounded.length; index++) {
            int channel = operator.outputChannelOf(index);
            FakeQuantizer quantizer = quantizers[channel];
            float value = weights.values()[index];
            ofWeights[index] = quantizer.isInside(value, stepOf[channel]) ? ofRounded[index] : 0;
            ofSteps[ofSteps.length == 1 ? 0 : channel] +=
                    ofRounded[index] * quantizer.slopeOfLogScale(value, stepOf[channel]);
        }
        float[] ofBias = new float[bias.values().length];
        for (int index = 0; index < outer.length; index += ofBias.length) {
            for (int channel = 0; channel < ofBias.length; channel++) {
                ofBias[channel] += outer[index + channel];
            }
        }
        return List.of(ofWeights, ofBias, ofSteps);
    }

    /** In integers. */
    WeightQuantization quantization(double inputScale) {
        byte[] codes = new byte[weights.values().length];
        for (int index = 0; index < codes.length; index++) {
            int channel = operator.outputChannelOf(index);
            codes[index] =
                    (byte) (quantizers[channel].steps(weights.values()[index], step(channel)) + zeroPoints[channel]);
        }
        double[] scales = new double[zeroPoints.length];
        int[] biases = new int[zeroPoints.length];
        for (int channel = 0; channel < scales.length; channel++) {
            scales[channel] = step(channel);
            biases[channel] = (int) Math.rint(bias.values()[channel] / (inputScale * scales[channel]));
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
