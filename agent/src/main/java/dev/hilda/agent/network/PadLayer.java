// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/** The input surrounded by its zero point. */
public record PadLayer(String name, int input, int output, int top, int bottom, int left, int right)
        implements UnaryLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.pad(this);
    }
}
