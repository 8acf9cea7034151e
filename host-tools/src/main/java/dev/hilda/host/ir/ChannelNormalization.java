// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

/**
 * Batch normalization at inference, per channel: y = gain·x + offset with gain = γ/σ, offset = β − μγ/σ, σ = √(var + ε)
 * (Rusci et al. 2020, section 3). A channel with γ = 0 has gain 0.
 *
 * @param gain one per channel; may be negative or 0
 * @param offset one per channel
 */
public record ChannelNormalization(FloatTensor gain, FloatTensor offset) {
    public ChannelNormalization {
        Require.that(gain.shape().equals(offset.shape()), () -> "gain and offset differ in size: " + gain + offset);
    }

    /** From the trained parameters, one value a channel each. */
    public static ChannelNormalization of(
            FloatTensor gamma, FloatTensor beta, FloatTensor mean, FloatTensor variance, double epsilon) {
        float[] gain = new float[gamma.size()];
        float[] offset = new float[gamma.size()];
        for (int channel = 0; channel < gain.length; channel++) {
            double exact = gamma.get(channel) / Math.sqrt(variance.get(channel) + epsilon);
            gain[channel] = (float) exact;
            offset[channel] = (float) (beta.get(channel) - mean.get(channel) * exact);
        }
        return new ChannelNormalization(FloatTensor.vector(gain), FloatTensor.vector(offset));
    }

    /** Weights times the gain of their output channel. */
    FloatTensor ofWeights(Operator.Weighted operator) {
        float[] weights = operator.weights().toArray();
        for (int index = 0; index < weights.length; index++) {
            weights[index] *= gain.get(operator.outputChannelOf(index));
        }
        return new FloatTensor(operator.weights().shape(), weights);
    }

    /** bias·gain + offset. */
    FloatTensor ofBias(FloatTensor bias) {
        float[] values = bias.toArray();
        for (int channel = 0; channel < values.length; channel++) {
            values[channel] = values[channel] * gain.get(channel) + offset.get(channel);
        }
        return FloatTensor.vector(values);
    }
}
