// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.WeightCodes;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;

/** The weights of one layer by output channel: a convolution's are outermost, a depthwise one's innermost. */
final class LayerWeights {
    private final FloatTensor weights;
    private final int channels;
    private final boolean channelsInnermost;

    LayerWeights(Operator.Weighted operator) {
        this.weights = operator.weights();
        this.channels = operator.outputChannels();
        this.channelsInnermost = operator.channelsInnermost();
    }

    int channels() {
        return channels;
    }

    int perChannel() {
        return weights.size() / channels;
    }

    double[] channel(int channel) {
        double[] values = new double[perChannel()];
        for (int index = 0; index < values.length; index++) {
            values[index] = weights.get(position(channel, index));
        }
        return values;
    }

    /** Every channel's codes in the order of the weights. */
    WeightCodes codes(int bits, int[][] codes, CodeGrid[] grids) {
        byte[] all = new byte[weights.size()];
        int[] zeroPoints = new int[channels];
        for (int channel = 0; channel < channels; channel++) {
            zeroPoints[channel] = grids[channel].zeroPoint();
            for (int index = 0; index < perChannel(); index++) {
                all[position(channel, index)] = (byte) codes[channel][index];
            }
        }
        return new WeightCodes(bits, all, zeroPoints);
    }

    /** What the codes stand for, in the order of the weights. */
    FloatTensor values(int[][] codes, CodeGrid[] grids) {
        float[] all = new float[weights.size()];
        for (int channel = 0; channel < channels; channel++) {
            for (int index = 0; index < perChannel(); index++) {
                all[position(channel, index)] = (float) grids[channel].value(codes[channel][index]);
            }
        }
        return new FloatTensor(weights.shape(), all);
    }

    private int position(int channel, int index) {
        return channelsInnermost ? index * channels + channel : channel * perChannel() + index;
    }
}
