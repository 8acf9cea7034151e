// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/** Largest code inside the input; bits, scale and zero point of input and output are equal. */
public record MaxPoolLayer(String name, int input, int output, Window window, int low, int high) implements UnaryLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.maxPool(this);
    }
}
