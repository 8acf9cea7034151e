// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * Sum of two tensors of one shape: {@code clamp((addend + firstMultiplier·X₁ + secondMultiplier·X₂) >> rightShift, low,
 * high)}.
 *
 * @param rightShift 0 … 24
 */
public record AddLayer(
        String name,
        int first,
        int second,
        int output,
        int firstMultiplier,
        int secondMultiplier,
        int addend,
        int rightShift,
        int low,
        int high)
        implements WeightedPair {
    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.add(this);
    }
}
