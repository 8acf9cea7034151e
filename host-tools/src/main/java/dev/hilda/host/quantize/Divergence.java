// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.tensor.Batch;
import java.util.List;

/** Kullback–Leibler divergence of what a softmax makes of outputs. */
final class Divergence {
    private Divergence() {}

    /** Σ KL(one ‖ other) over images and outputs, in nats. */
    static double sum(List<Batch> one, List<Batch> other) {
        double sum = 0;
        for (int output = 0; output < one.size(); output++) {
            int elements = one.get(output).shape().elements();
            for (int image = 0; image < one.get(output).images(); image++) {
                sum += ofImage(one.get(output).values(), other.get(output).values(), image * elements, elements);
            }
        }
        return sum;
    }

    private static double ofImage(float[] one, float[] other, int first, int count) {
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
