// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * Average over windows that lie wholly inside the input, under a quantization of its own: the sum of codes becomes an
 * output code with one rounding.
 *
 * @param window without padding, so that every window has as many positions
 * @param requantization of one multiplier, which all channels share
 */
public record MeanLayer(String name, int input, int output, Window window, Requantization requantization)
        implements UnaryLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.mean(this);
    }
}
