// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.tensor.Batch;
import java.util.List;

/** Kullback–Leibler divergence of what a softmax makes of outputs, over the channels of each position, in nats. */
public final class Divergence {
    private Divergence() {}

    /** Σ KL(one ‖ other) over images, outputs and their positions. */
    static double sum(List<Batch> one, List<Batch> other) {
        double sum = 0;
        for (int output = 0; output < one.size(); output++) {
            sum += sum(one.get(output), other.get(output), 1);
        }
        return sum;
    }

    /** Σ KL(one ‖ other) over images and positions, of outputs divided by a temperature. */
    public static double sum(Batch one, Batch other, float temperature) {
        int channels = one.shape().channels();
        double sum = 0;
        for (int first = 0; first < one.values().length; first += channels) {
            double normalization = logSum(one.values(), first, channels, temperature);
            double otherNormalization = logSum(other.values(), first, channels, temperature);
            for (int index = first; index < first + channels; index++) {
                double log = one.values()[index] / temperature - normalization;
                double otherLog = other.values()[index] / temperature - otherNormalization;
                sum += StrictMath.exp(log) * (log - otherLog);
            }
        }
        return sum;
    }

    /** Derivatives of that sum by the other outputs. */
    public static float[] slopes(Batch one, Batch other, float temperature) {
        int channels = one.shape().channels();
        float[] slopes = new float[other.values().length];
        for (int first = 0; first < slopes.length; first += channels) {
            double normalization = logSum(one.values(), first, channels, temperature);
            double otherNormalization = logSum(other.values(), first, channels, temperature);
            for (int index = first; index < first + channels; index++) {
                double probability = StrictMath.exp(one.values()[index] / temperature - normalization);
                double otherProbability = StrictMath.exp(other.values()[index] / temperature - otherNormalization);
                slopes[index] = (float) ((otherProbability - probability) / temperature);
            }
        }
        return slopes;
    }

    private static double logSum(float[] logits, int first, int count, float temperature) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int index = first; index < first + count; index++) {
            largest = Math.max(largest, logits[index] / temperature);
        }
        double sum = 0;
        for (int index = first; index < first + count; index++) {
            sum += StrictMath.exp(logits[index] / temperature - largest);
        }
        return largest + StrictMath.log(sum);
    }
}
