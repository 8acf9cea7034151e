// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.WeightedLayer;

/**
 * What a layer keeps in flash, before a kernel packs it.
 *
 * @param weightBits of a weight; 0 without weights
 * @param weightBytes codes packed without gaps
 * @param parameterBytes biases, multipliers and thresholds of int32, tables, a byte for each channel's zero point
 */
public record Constants(int weightBits, long weightBytes, long parameterBytes) {
    static final Constants NONE = new Constants(0, 0, 0);

    static Constants of(WeightedLayer layer) {
        WeightCodes weights = layer.weights();
        long words = (long) layer.bias().size()
                + layer.requantization().multipliers().size()
                + layer.requantization().thresholds().size();
        return new Constants(
                weights.bits(),
                ((long) weights.count() * weights.bits() + 7) / 8,
                Integer.BYTES * words + weights.outputChannels());
    }

    static Constants table(long bytes) {
        return new Constants(0, 0, bytes);
    }
}
