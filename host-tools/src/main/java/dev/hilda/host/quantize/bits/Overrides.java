// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Bits that a user fixes.
 *
 * @param weights by name of the weighted node: 8, 4 or 2
 * @param activations by name of the value, or of the node that makes it: 8, 4 or 2
 */
public record Overrides(Map<String, Integer> weights, Map<String, Integer> activations) {
    /** Nothing fixed. */
    public static final Overrides NONE = new Overrides(Map.of(), Map.of());

    private static final int SUGGESTIONS = 3;

    public Overrides {
        weights = Map.copyOf(weights);
        activations = Map.copyOf(activations);
        requireBits(weights);
        requireBits(activations);
    }

    private static void requireBits(Map<String, Integer> bits) {
        new TreeMap<>(bits).forEach((name, given) -> {
            if (given != 8 && given != 4 && given != 2) {
                throw new BudgetException("override of " + name + ": expected 8, 4 or 2 bits, got " + given);
            }
        });
    }

    /** Everything as an assignment has it. Outputs of int32 have no bits to be fixed. */
    public static Overrides of(Graph graph, BitAssignment bits) {
        Map<String, Integer> activations = new TreeMap<>(bits.activationBits());
        activations.keySet().removeIf(graph::isOutput);
        return new Overrides(bits.weightBits(), activations);
    }

    public Overrides withWeights(Map<String, Integer> others) {
        return new Overrides(others, activations);
    }

    /** Activation bits by name of the value. */
    Map<String, Integer> valueBits(Graph graph) {
        Map<String, Integer> byValue = new TreeMap<>();
        new TreeMap<>(activations).forEach((name, bits) -> {
            String value = value(graph, name);
            Integer before = byValue.put(value, bits);
            if (before != null && !before.equals(bits)) {
                throw new BudgetException(
                        "overrides fix value " + value + " to both " + before + " and " + bits + " bits");
            }
        });
        return byValue;
    }

    private static String value(Graph graph, String name) {
        if (graph.values().contains(name)) {
            return name;
        }
        return graph.nodes().stream()
                .filter(node -> node.name().equals(name))
                .map(Node::output)
                .findFirst()
                .orElseThrow(() -> unknown("value", name, graph.values()));
    }

    void requireWeightedNodes(Graph graph) {
        List<String> names = graph.weightedNodes().stream().map(Node::name).toList();
        new TreeMap<>(weights)
                .keySet().stream()
                        .filter(name -> !names.contains(name))
                        .findFirst()
                        .ifPresent(name -> {
                            throw unknown("node with weights", name, names);
                        });
    }

    private static BudgetException unknown(String what, String name, Collection<String> known) {
        List<String> close = known.stream()
                .sorted(Comparator.comparing((String candidate) -> distance(name, candidate)))
                .limit(SUGGESTIONS)
                .toList();
        return new BudgetException("overrides name a " + what + " that the network does not have: " + name
                + "; close ones: " + String.join(", ", close));
    }

    /** Edit distance, ignoring case. */
    private static int distance(String first, String second) {
        String a = first.toLowerCase(Locale.ROOT);
        String b = second.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
