// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a search for bits has to keep beside the two budgets.
 *
 * @param cycles estimated of the network at most, where losses are to be least
 * @param loss sum of sensitivities and measured loss at most, in nats, where cycles are to be fewest; without it that of the
 *     memory-driven rule's bits
 */
public record SearchLimits(OptionalLong cycles, OptionalDouble loss) {
    public static final SearchLimits NONE = new SearchLimits(OptionalLong.empty(), OptionalDouble.empty());
}
