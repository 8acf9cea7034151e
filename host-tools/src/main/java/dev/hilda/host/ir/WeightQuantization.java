// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.WeightCodes;
import java.util.Arrays;

/**
 * Quantized weights and bias of one node. Real weight = scale_c·(code − zeroPoint_c). The bias is in units of input scale ×
 * scale_c, before any channel normalization's gain; the normalization's offset is in it.
 */
public final class WeightQuantization {
    private final WeightCodes codes;
    private final double[] scales;
    private final Ints bias;

    /**
     * @param codes in the order of the node's weights
     * @param scales one per output channel (equal ones for per-layer quantization)
     * @param bias one per output channel
     */
    public WeightQuantization(WeightCodes codes, double[] scales, Ints bias) {
        this.codes = codes;
        this.scales = scales.clone();
        this.bias = bias;
        int channels = codes.outputChannels();
        Require.that(
                scales.length == channels && bias.size() == channels,
                () -> "expected " + channels + " scales and biases, got " + scales.length + " and " + bias.size());
        for (double scale : this.scales) {
            Require.that(scale > 0 && Double.isFinite(scale), () -> "expected positive weight scales, got " + scale);
        }
    }

    public WeightCodes codes() {
        return codes;
    }

    public int bits() {
        return codes.bits();
    }

    public double scale(int outputChannel) {
        return scales[outputChannel];
    }

    public Ints bias() {
        return bias;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WeightQuantization that
                && codes.equals(that.codes)
                && Arrays.equals(scales, that.scales)
                && bias.equals(that.bias);
    }

    @Override
    public int hashCode() {
        return 31 * codes.hashCode() + bias.hashCode();
    }
}
