// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Groups of activations at each node, and the widths there are for them. */
final class AliveGroups {
    private static final List<Integer> WIDTHS = List.of(8, 4, 2);
    private static final int MOST = 8;

    private final Graph graph;
    private final ActivationCount count;
    private final TiedValues tied;
    private final Map<String, Integer> fixed = new HashMap<>();

    /** By group: the last node at which one of its values is alive. */
    private final Map<String, Integer> lastSteps = new HashMap<>();

    AliveGroups(Graph graph, ActivationCount count, Overrides overrides) {
        this.graph = graph;
        this.count = count;
        this.tied = new TiedValues(graph);
        overrides.valueBits(graph).forEach((value, bits) -> fixed.put(tied.group(value), bits));
        for (int step = 0; step < graph.nodes().size(); step++) {
            for (String group : at(step)) {
                lastSteps.put(group, step);
            }
        }
    }

    private List<String> at(int step) {
        return count.alive(step).stream().map(tied::group).distinct().toList();
    }

    /** All widths that those of a node's groups may have which have none yet; none where there are more than wanted. */
    List<Map<String, Integer>> newAt(int step, Map<String, Integer> alive, int most) {
        List<String> unseen =
                at(step).stream().filter(group -> !alive.containsKey(group)).toList();
        long combinations = unseen.stream()
                .mapToLong(group -> options(group).size())
                .reduce(1, (product, options) -> Math.min(product * options, Integer.MAX_VALUE));
        return combinations > most ? List.of() : combinations(unseen);
    }

    /** All widths of what a node reads and writes. */
    List<Map<String, Integer>> widthsOf(Node node) {
        return combinations(Stream.concat(node.inputs().stream(), Stream.of(node.output()))
                .map(tied::group)
                .distinct()
                .toList());
    }

    private List<Map<String, Integer>> combinations(List<String> groups) {
        List<Map<String, Integer>> all = List.of(Map.of());
        for (String group : groups) {
            List<Map<String, Integer>> longer = new ArrayList<>();
            for (Map<String, Integer> before : all) {
                for (int bits : options(group)) {
                    Map<String, Integer> widths = new HashMap<>(before);
                    widths.put(group, bits);
                    longer.add(widths);
                }
            }
            all = longer;
        }
        return all;
    }

    private List<Integer> options(String group) {
        if (fixed.containsKey(group)) {
            return List.of(Objects.requireNonNull(fixed.get(group)));
        }
        return tied.isUncut(group) ? List.of(MOST) : WIDTHS;
    }

    /** Sum over groups; what a user has fixed costs nothing. */
    double loss(Map<String, Integer> widths, Sensitivities sensitivities) {
        return widths.entrySet().stream()
                .filter(group -> !fixed.containsKey(group.getKey()))
                .mapToDouble(group -> sensitivities.ofActivation(group.getKey(), group.getValue()))
                .sum();
    }

    /** By group, of those that can be cut. */
    Map<String, Integer> byGroup(Map<String, Integer> byValue) {
        Map<String, Integer> widths = new HashMap<>();
        byValue.forEach((value, bits) -> {
            if (!tied.isUncut(tied.group(value))) {
                widths.put(tied.group(value), bits);
            }
        });
        return widths;
    }

    /** Of the groups that are alive after a node too. */
    Map<String, Integer> after(int step, Map<String, Integer> widths) {
        Map<String, Integer> alive = new HashMap<>(widths);
        alive.keySet().removeIf(group -> lastSteps.getOrDefault(group, -1) <= step);
        return alive;
    }

    /** @param widths by group */
    int width(Map<String, Integer> widths, String value) {
        return widths.getOrDefault(tied.group(value), MOST);
    }

    /** Of what can be cut. */
    Map<String, Integer> byValue(Map<String, Integer> widths) {
        Map<String, Integer> byValue = new LinkedHashMap<>();
        for (String value : graph.values()) {
            if (!tied.isUncut(tied.group(value))) {
                byValue.put(value, width(widths, value));
            }
        }
        return byValue;
    }
}
