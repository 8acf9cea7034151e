// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.ResultGrid;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Groups of values that share one width: those of an Add, and input and output of pooling, Pad and Reshape. A group is
 * named by its first value.
 */
public final class TiedValues {
    private final Map<String, String> parents = new LinkedHashMap<>();
    private final Set<String> uncut = new HashSet<>();
    private final List<String> order;

    public TiedValues(Graph graph) {
        this.order = List.copyOf(graph.values());
        order.forEach(value -> parents.put(value, value));
        for (Node node : graph.nodes()) {
            if (node.operator().grid().tiesWidths()) {
                node.inputs().forEach(input -> tie(input, node.output()));
            }
        }
        graph.inputs().forEach(input -> uncut.add(group(input)));
        graph.outputs().forEach(output -> uncut.add(group(output)));
        for (Node node : graph.nodes()) {
            if (node.operator().grid() == ResultGrid.PROBABILITIES) {
                uncut.add(group(node.output()));
                node.inputs().forEach(logits -> uncut.add(group(logits)));
            }
        }
    }

    private void tie(String one, String other) {
        List<String> groups = Stream.of(group(one), group(other))
                .sorted(Comparator.comparing(order::indexOf))
                .toList();
        parents.put(groups.get(1), groups.get(0));
    }

    /** The group's name. */
    public String group(String value) {
        String parent = value;
        for (String next = parents.get(parent); next != null && !next.equals(parent); next = parents.get(parent)) {
            parent = next;
        }
        return parent;
    }

    /** Network inputs, logits, and the result of a softmax keep 8 bits. */
    public boolean isUncut(String group) {
        return uncut.contains(group);
    }

    /** A name the group has among those given. */
    Optional<String> memberOf(String group, Set<String> values) {
        return values.stream().filter(value -> group(value).equals(group)).findFirst();
    }
}
