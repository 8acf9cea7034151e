// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * One width for all of a network.
 *
 * @param weights 8, 4 or 2 for all weighted nodes; empty to leave them to a budget
 * @param activations 8, 4 or 2 for all values but the network's inputs and outputs; empty likewise
 * @param keepsEnds whether the first and the last weighted node keep 8 bits
 */
public record UniformBits(OptionalInt weights, OptionalInt activations, boolean keepsEnds) {
    public static final UniformBits NONE = new UniformBits(OptionalInt.empty(), OptionalInt.empty(), true);

    private static final int OF_ENDS = 8;

    public UniformBits {
        weights.ifPresent(UniformBits::require);
        activations.ifPresent(UniformBits::require);
    }

    private static void require(int bits) {
        if (bits != 8 && bits != 4 && bits != 2) {
            throw new BudgetException("expected 8, 4 or 2 bits for all of a network, got " + bits);
        }
    }

    /** As overrides, where those given say nothing else. */
    public Overrides under(Overrides given, Graph canonical) {
        Map<String, Integer> byNode = new HashMap<>();
        List<Node> nodes = canonical.weightedNodes();
        weights.ifPresent(bits -> {
            for (int index = 0; index < nodes.size(); index++) {
                boolean isEnd = keepsEnds && (index == 0 || index == nodes.size() - 1);
                byNode.put(nodes.get(index).name(), isEnd ? OF_ENDS : bits);
            }
        });
        byNode.putAll(given.weights());
        Map<String, Integer> byValue = new HashMap<>();
        TiedValues tied = new TiedValues(canonical);
        activations.ifPresent(bits -> canonical.values().stream()
                .filter(value -> !tied.isUncut(tied.group(value)))
                .forEach(value -> byValue.put(value, bits)));
        given.valueBits(canonical)
                .forEach((value, bits) ->
                        byValue.keySet().removeIf(other -> tied.group(other).equals(tied.group(value))));
        byValue.putAll(given.activations());
        return new Overrides(byNode, byValue);
    }
}
