// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * Depthwise convolution: output channel o reads input channel ⌊o / multiplier⌋, multiplier = output channels / input
 * channels.
 *
 * @param weights order KH,KW,O
 * @param bias one int32 per output channel; none with thresholds
 */
public record DepthwiseLayer(
        String name,
        int input,
        int output,
        Window window,
        WeightCodes weights,
        Ints bias,
        Requantization requantization)
        implements WeightedLayer {
    @Override
    public int outputChannelOf(int index) {
        return index % weights.outputChannels();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.depthwise(this);
    }
}
