// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * Average of the codes inside the input; bits, scale and zero point of input and output are equal.
 *
 * @param tieThreshold averages below it round ties down, others up: 0 rounds half up, 128 half away from int8 zero
 */
public record AveragePoolLayer(String name, int input, int output, Window window, int tieThreshold, int low, int high)
        implements UnaryLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.averagePool(this);
    }
}
