// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/** The same codes, in the order height, width, channel, under another shape. */
public record ReshapeLayer(String name, int input, int output) implements UnaryLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.reshape(this);
    }
}
