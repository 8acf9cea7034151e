// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.WeightCodes;
import java.util.Arrays;
import java.util.List;

/**
 * Quantized weights and bias of one node. Real weight = scale_c·(code − zeroPoint_c). The bias is in units of input scale ×
 * scale_c, before any channel normalization's gain; the normalization's offset is in it. A layer that makes its codes by
 * thresholds has the bias in real numbers too.
 */
public final class WeightQuantization {
    private final WeightCodes codes;
    private final double[] scales;
    private final Ints bias;
    private final List<Double> realBias;

    /**
     * @param codes in the order of the node's weights
     * @param scales one per output channel (equal ones for per-layer quantization)
     * @param bias one per output channel
     */
    public WeightQuantization(WeightCodes codes, double[] scales, Ints bias) {
        this(codes, scales, bias, List.of());
    }

    private WeightQuantization(WeightCodes codes, double[] scales, Ints bias, List<Double> realBias) {
        this.codes = codes;
        this.realBias = realBias;
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

    /**
     * The same for thresholds.
     *
     * @param realBias one per output channel, what {@link #bias} rounds
     */
    public WeightQuantization withThresholds(List<Double> realBias) {
        int channels = codes.outputChannels();
        Require.that(
                realBias.size() == channels && realBias.stream().allMatch(Double::isFinite),
                () -> "expected " + channels + " finite biases, got " + realBias);
        return new WeightQuantization(codes, scales, bias, List.copyOf(realBias));
    }

    /** Whether the layer's codes are the number of thresholds that its sums reach. */
    public boolean hasThresholds() {
        return !realBias.isEmpty();
    }

    /** Of a layer with thresholds, before any channel normalization's gain. */
    public double realBias(int outputChannel) {
        return realBias.get(outputChannel);
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
                && bias.equals(that.bias)
                && realBias.equals(that.realBias);
    }

    @Override
    public int hashCode() {
        return 31 * codes.hashCode() + bias.hashCode();
    }
}
