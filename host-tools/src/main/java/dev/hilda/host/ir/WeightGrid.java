// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.WeightCodes;
import java.util.List;

/**
 * Codes of weights and the scale of each output channel, before their input's scale is known, which a bias needs.
 *
 * @param scales of real weight = scale·(code − zero point)
 */
public record WeightGrid(WeightCodes codes, List<Double> scales) {
    public WeightGrid {
        scales = List.copyOf(scales);
        int count = scales.size();
        Require.that(
                count == codes.outputChannels(),
                () -> "expected " + codes.outputChannels() + " weight scales, got " + count);
    }

    public double scale(int outputChannel) {
        return scales.get(outputChannel);
    }

    /** One a channel. */
    public double[] scaleArray() {
        return scales.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
