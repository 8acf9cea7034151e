// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.network.Tensor;

/** A rectifier with a slope for each channel. */
final class PreluStep {
    private final Requantizer requantizer;
    private final int multiplier;
    private final int[] multipliers;
    private final int zeroPoint;

    PreluStep(PreluLayer layer, Tensor in) {
        this.requantizer = new Requantizer(layer.requantization());
        this.multiplier = layer.multiplier();
        this.multipliers = layer.requantization().multipliers().toArray();
        this.zeroPoint = in.zeroPoint();
    }

    int[] run(int[] codes) {
        int[] result = new int[codes.length];
        for (int i = 0; i < result.length; i++) {
            int difference = codes[i] - zeroPoint;
            int factor = difference < 0 ? multipliers[i % multipliers.length] : multiplier;
            result[i] = requantizer.requantize(difference, factor);
        }
        return result;
    }
}
