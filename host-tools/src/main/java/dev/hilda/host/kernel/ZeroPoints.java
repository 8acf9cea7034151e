// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightCodes;

/**
 * What zero points become where a kernel adds up products of codes as they are stored: a part of the bias, and for each
 * output channel what of the sum of inputs is taken away.
 */
public record ZeroPoints(ConvolutionLayer layer, Tensor input) {
    /** Of weights: any is not 0. */
    public boolean any() {
        WeightCodes weights = layer.weights();
        for (int channel = 0; channel < weights.outputChannels(); channel++) {
            if (weights.zeroPoint(channel) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Of weights, one per output channel. */
    public byte[] bytes() {
        byte[] zeroPoints = new byte[layer.weights().outputChannels()];
        for (int channel = 0; channel < zeroPoints.length; channel++) {
            zeroPoints[channel] = (byte) layer.weights().zeroPoint(channel);
        }
        return zeroPoints;
    }

    /** The layer's bias, or 0 where it has thresholds, with what zero points add to every sum: B − Zx·ΣW + K·Zw·Zx. */
    public int[] bias() {
        WeightCodes weights = layer.weights();
        int[] bias = new int[weights.outputChannels()];
        int perChannel = weights.count() / bias.length;
        for (int channel = 0; channel < bias.length; channel++) {
            int sum = 0;
            for (int i = 0; i < perChannel; i++) {
                sum += weights.code(channel * perChannel + i) - weights.zeroPoint(channel);
            }
            int own = layer.requantization().hasThresholds() ? 0 : layer.bias().get(channel);
            bias[channel] = own - input.zeroPoint() * sum;
        }
        return bias;
    }
}
