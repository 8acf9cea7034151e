// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.util.List;

/**
 * Learned ends of the range, w_min ≤ 0 ≤ w_max (Rusci et al. 2020, section 3, after Choi et al. 2018): ∂L/∂w is 0 outside of it,
 * ∂L/∂w_max the sum of the derivatives where w ≥ w_max, ∂L/∂w_min where w ≤ w_min, and both decay.
 */
final class PactRange implements WeightRange {
    /** Published. */
    private static final double DECAY = 5e-4;

    /** Of the mean width of the ranges. */
    private static final double RELATIVE_RATE = 1e-3;

    private final int bits;
    private final WeightChannels channels;
    private final Parameter low;
    private final Parameter high;

    /** @param start by channel */
    PactRange(String layer, WeightChannels channels, List<Codes> start) {
        this.channels = channels;
        this.bits = start.get(0).bits();
        float[] least = new float[channels.ranges()];
        float[] most = new float[channels.ranges()];
        double width = 0;
        for (int range = 0; range < least.length; range++) {
            Codes codes = start.get(range);
            least[range] = -codes.zeroPoint() * codes.scale();
            most[range] = ((1 << bits) - 1 - codes.zeroPoint()) * codes.scale();
            width += (double) most[range] - least[range];
        }
        double rate = RELATIVE_RATE * width / least.length;
        this.low = new Parameter(layer + "/low", least, rate, DECAY);
        this.high = new Parameter(layer + "/high", most, rate, DECAY);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(low, high);
    }

    @Override
    public List<Codes> codes(float[] weights) {
        return AffineRange.codes(bits, channels, low.values(), high.values());
    }

    @Override
    public List<float[]> gradients(float[] weights, float[] slopes) {
        float[] ofLow = new float[channels.ranges()];
        float[] ofHigh = new float[channels.ranges()];
        for (int index = 0; index < weights.length; index++) {
            int range = channels.rangeOf(index);
            float least = Math.min(0, low.values()[range]);
            float most = Math.max(0, high.values()[range]);
            ofLow[range] += weights[index] <= least ? slopes[index] : 0;
            ofHigh[range] += weights[index] >= most ? slopes[index] : 0;
            slopes[index] = weights[index] >= least && weights[index] <= most ? slopes[index] : 0;
        }
        return List.of(ofLow, ofHigh);
    }
}
