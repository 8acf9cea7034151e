// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * Convolution over all input channels; a fully connected layer has a kernel as large as its input.
 *
 * @param weights order O,KH,KW,I
 * @param bias one int32 per output channel; none with thresholds
 */
public record ConvolutionLayer(
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
        return index / (weights.count() / weights.outputChannels());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.convolution(this);
    }
}
