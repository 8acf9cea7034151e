// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Widths of activations and weights together, as a node's cycles depend on all of them: node after node, for each choice of
 * widths of the groups alive, the choices that no other beats in bytes, loss and cycles.
 */
final class JointSearch {
    private static final List<Integer> WIDTHS = List.of(8, 4, 2);

    /** More widths of groups alive are not followed: a fused block makes all its values alive at once. */
    private static final int MOST_STATES = 6_561;

    /** Where there are more choices than that, of all states together, those alike are thinned. */
    private static final int MOST_CHOICES = 12_000;

    private static final int LEAST_CHOICES_A_STATE = 64;

    private final Graph graph;
    private final ActivationCount count;
    private final Overrides fixed;
    private final Sensitivities sensitivities;
    private final GraphCycles cycles;
    private final AliveGroups groups;
    private final Map<String, Integer> weighted = new HashMap<>();
    private final WeightBytes sizes;

    JointSearch(
            Graph graph,
            ActivationCount count,
            QuantizationVariant variant,
            Overrides fixed,
            Sensitivities sensitivities,
            GraphCycles cycles) {
        this.graph = graph;
        this.count = count;
        this.fixed = fixed;
        this.sensitivities = sensitivities;
        this.cycles = cycles;
        this.groups = new AliveGroups(graph, count, fixed);
        this.sizes = WeightBytes.of(graph, variant);
        sizes.nodes().forEach(node -> weighted.put(node.name(), weighted.size()));
    }

    /** All bits; empty where nothing fits, or too much is alive at once. */
    Optional<Overrides> best(long roBytes, long rwBytes, JointGoal goal) {
        List<Least> rest = rest();
        Map<Map<String, Integer>, List<JointChoice>> fronts = new LinkedHashMap<>();
        fronts.put(Map.of(), List.of(JointChoice.START));
        for (int step = 0; step < graph.nodes().size(); step++) {
            Map<Map<String, Integer>, List<JointChoice>> grown = new LinkedHashMap<>();
            Bound bound = new Bound(rest.get(step + 1), roBytes, goal);
            for (Map.Entry<Map<String, Integer>, List<JointChoice>> front : fronts.entrySet()) {
                List<Map<String, Integer>> additions = groups.newAt(step, front.getKey(), MOST_STATES);
                if (additions.isEmpty() || grown.size() > MOST_STATES) {
                    return Optional.empty();
                }
                for (Map<String, Integer> added : additions) {
                    Map<String, Integer> widths = new HashMap<>(front.getKey());
                    widths.putAll(added);
                    if (count.nodeBits(step, value -> groups.width(widths, value)) <= 8 * rwBytes) {
                        List<JointChoice> choices =
                                grown.computeIfAbsent(groups.after(step, widths), unseen -> new ArrayList<>());
                        extend(front.getValue(), step, added, widths, bound, choices);
                    }
                }
            }
            int most = Math.max(LEAST_CHOICES_A_STATE, MOST_CHOICES / Math.max(1, grown.size()));
            grown.replaceAll((alive, choices) -> JointFront.thinned(JointFront.unbeaten(choices), most, goal));
            fronts = grown;
        }
        return fronts.values().stream()
                .flatMap(List::stream)
                .min(Comparator.comparingDouble(goal::objective).thenComparingDouble(goal::bounded))
                .map(this::decided);
    }

    /** What choices have to keep so that the later nodes can come within the bounds too. */
    private record Bound(Least later, long roBytes, JointGoal goal) {
        boolean allows(JointChoice choice) {
            return choice.bytes() + later.bytes <= roBytes
                    && goal.allows(choice.cycles() + later.cycles, choice.loss());
        }
    }

    /** Adds each choice so far with each width of the node's weights. */
    private void extend(
            List<JointChoice> front,
            int step,
            Map<String, Integer> added,
            Map<String, Integer> widths,
            Bound bound,
            List<JointChoice> grown) {
        Node node = graph.nodes().get(step);
        double loss = groups.loss(added, sensitivities);
        for (int weightBits : weightOptions(node)) {
            long bytes = bytes(node, weightBits, groups.width(widths, node.output()));
            long taken = cycles.ofNode(step, value -> groups.width(widths, value), weightBits);
            double lost = loss + weightLoss(node, weightBits);
            for (JointChoice before : front) {
                JointChoice choice = new JointChoice(
                        before.bytes() + bytes,
                        before.loss() + lost,
                        before.cycles() + taken,
                        added,
                        weightBits,
                        before);
                if (bound.allows(choice)) {
                    grown.add(choice);
                }
            }
        }
    }

    private List<Integer> weightOptions(Node node) {
        if (!weighted.containsKey(node.name())) {
            return List.of(WIDTHS.get(0));
        }
        Integer given = fixed.weights().get(node.name());
        return given == null ? WIDTHS : List.of(given);
    }

    private long bytes(Node node, int weightBits, int outputBits) {
        Integer index = weighted.get(node.name());
        return index == null ? 0 : sizes.bytes(index, weightBits, outputBits);
    }

    private double weightLoss(Node node, int weightBits) {
        boolean isFree = weighted.containsKey(node.name()) && !fixed.weights().containsKey(node.name());
        return isFree ? sensitivities.ofWeights(node.name(), weightBits) : 0;
    }

    /** What nodes take at the least. */
    private record Least(long bytes, long cycles) {}

    /** Of the nodes from each one on; of none at the end. */
    private List<Least> rest() {
        List<Least> rest = new ArrayList<>(List.of(new Least(0, 0)));
        for (int step = graph.nodes().size() - 1; step >= 0; step--) {
            Least later = rest.get(rest.size() - 1);
            Least own = least(step);
            rest.add(new Least(later.bytes + own.bytes, later.cycles + own.cycles));
        }
        Collections.reverse(rest);
        return rest;
    }

    private Least least(int step) {
        Node node = graph.nodes().get(step);
        long fewestBytes = Long.MAX_VALUE;
        long fewestCycles = Long.MAX_VALUE;
        for (Map<String, Integer> widths : groups.widthsOf(node)) {
            for (int weightBits : weightOptions(node)) {
                fewestBytes = Math.min(fewestBytes, bytes(node, weightBits, groups.width(widths, node.output())));
                fewestCycles =
                        Math.min(fewestCycles, cycles.ofNode(step, value -> groups.width(widths, value), weightBits));
            }
        }
        return new Least(fewestBytes, fewestCycles);
    }

    /** Sum of the losses of an assignment. */
    double loss(BitAssignment bits) {
        double weights = graph.weightedNodes().stream()
                .mapToDouble(node -> weightLoss(
                        node, Objects.requireNonNull(bits.weightBits().get(node.name()))))
                .sum();
        return weights + groups.loss(groups.byGroup(bits.activationBits()), sensitivities);
    }

    private Overrides decided(JointChoice last) {
        Map<String, Integer> weights = new HashMap<>();
        Map<String, Integer> widths = new HashMap<>();
        JointChoice choice = last;
        for (int step = graph.nodes().size() - 1; step >= 0; step--) {
            Node node = graph.nodes().get(step);
            if (weighted.containsKey(node.name())) {
                weights.put(node.name(), choice.weightBits());
            }
            widths.putAll(choice.widths());
            choice = Objects.requireNonNull(choice.before());
        }
        return new Overrides(weights, groups.byValue(widths));
    }
}
