// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.util.List;

/** The range that the weights have, and 0, found anew in each step (Rusci et al. 2020, section 3); ∂L/∂w passes everywhere. */
final class MinMaxRange implements WeightRange {
    private final int bits;
    private final WeightChannels channels;

    MinMaxRange(int bits, WeightChannels channels) {
        this.bits = bits;
        this.channels = channels;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public List<Codes> codes(float[] weights) {
        float[] low = new float[channels.ranges()];
        float[] high = new float[channels.ranges()];
        for (int index = 0; index < weights.length; index++) {
            int range = channels.rangeOf(index);
            low[range] = Math.min(low[range], weights[index]);
            high[range] = Math.max(high[range], weights[index]);
        }
        return AffineRange.codes(bits, channels, low, high);
    }

    @Override
    public List<float[]> gradients(float[] weights, float[] slopes) {
        return List.of();
    }
}
