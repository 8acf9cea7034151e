// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.List;

/**
 * The product of two tensors' codes less their zero points, requantized. Operands may be broadcast as those of a
 * {@link SumLayer}.
 *
 * @param requantization of one multiplier
 */
public record ProductLayer(String name, int first, int second, int output, Requantization requantization)
        implements Layer {
    @Override
    public List<Integer> inputs() {
        return List.of(first, second);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.product(this);
    }
}
