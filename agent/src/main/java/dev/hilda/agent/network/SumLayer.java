// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * As {@link AddLayer}, of multipliers of either sign, so that differences are sums too, and of operands that may be
 * broadcast: each extent of the output is that of both operands, or of one where the other's is 1.
 *
 * @param rightShift 0 … 24
 */
public record SumLayer(
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
        return visitor.sum(this);
    }
}
