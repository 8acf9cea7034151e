// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.tensor.Batch;
import java.util.List;

/** Kullback–Leibler divergence of what a softmax makes of outputs, over the channels of each position. */
final class Divergence {
    private Divergence() {}

    /** Σ KL(one ‖ other) over images, outputs and their positions, in nats. */
    static double sum(List<Batch> one, List<Batch> other) {
        double sum = 0;
        for (int output = 0; output < one.size(); output++) {
            int channels = one.get(output).shape().channels();
            for (int pixel = 0; pixel < one.get(output).pixels(); pixel++) {
                sum += ofPixel(one.get(output).values(), other.get(output).values(), pixel * channels, channels);
            }
        }
        return sum;
    }

    private static double ofPixel(float[] one, float[] other, int first, int count) {
        double normalization = logSum(one, first, count);
        double otherNormalization = logSum(other, first, count);
        double divergence = 0;
        for (int index = first; index < first + count; index++) {
            double logProbability = one[index] - normalization;
            divergence += Math.exp(logProbability) * (logProbability - (other[index] - otherNormalization));
        }
        return divergence;
    }

    private static double logSum(float[] logits, int first, int count) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int index = first; index < first + count; index++) {
            largest = Math.max(largest, logits[index]);
        }
        double sum = 0;
        for (int index = first; index < first + count; index++) {
            sum += Math.exp(logits[index] - largest);
        }
        return largest + Math.log(sum);
    }
}
