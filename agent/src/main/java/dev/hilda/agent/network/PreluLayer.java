// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * A rectifier with a slope for each channel below zero: a code less the zero point is requantized, by one multiplier
 * where it is not negative and by the channel's own where it is.
 *
 * @param multiplier of what is not negative, at least 0
 * @param requantization of negative codes, a multiplier of either sign for each channel; its other numbers hold for all
 */
public record PreluLayer(String name, int input, int output, int multiplier, Requantization requantization)
        implements UnaryLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.prelu(this);
    }
}
