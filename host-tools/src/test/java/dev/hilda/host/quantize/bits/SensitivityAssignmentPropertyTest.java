// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Against every choice of bits there is, whose sizes are counted here. */
class SensitivityAssignmentPropertyTest {
    private static final long PLENTY = 1L << 40;
    private static final List<Integer> WIDTHS = List.of(8, 4, 2);

    @Property(tries = 200)
    void shouldLoseNoMoreThanTheBestOfAllChoices(@ForAll long seed) {
        Random random = new Random(seed);
        Graph graph = ResidualGraphs.of(random, 3);
        Sensitivities losses = ResidualGraphs.losses(graph, random);
        BitAssignment eight = MemoryDrivenAssignment.assign(
                graph, Budget.paper(PLENTY, PLENTY), QuantizationVariant.PC_ICN, Overrides.NONE);
        long ro = (long) (eight.roBytes() * (0.2 + random.nextDouble()));
        long rw = (long) (eight.rwPeakBytes() * (0.2 + random.nextDouble()));
        Optional<BitAssignment> found = SensitivityAssignment.assign(
                graph, Budget.paper(ro, rw), QuantizationVariant.PC_ICN, Overrides.NONE, losses);
        double weights = leastOfWeights(graph, ro, losses);
        double activations = leastOfActivations(graph, rw, losses);
        double best = weights + activations;
        assertEquals(Double.isFinite(best), found.isPresent(), "whether anything fits " + ro + " and " + rw);
        found.ifPresent(bits -> {
            assertEquals(best, loss(graph, bits, losses), 1e-9);
            assertTrue(bits.roBytes() <= ro && bits.rwPeakBytes() <= rw, bits::toString);
        });
    }

    /** Each swap has one node at twice the bits, one at half, and fits. */
    @Property(tries = 100)
    void shouldSwapTheWeightsOfTwoNodes(@ForAll long seed) {
        Random random = new Random(seed);
        Graph graph = ResidualGraphs.of(random, 3);
        Sensitivities losses = ResidualGraphs.losses(graph, random);
        Budget plenty = Budget.paper(PLENTY, PLENTY);
        BitAssignment eight = MemoryDrivenAssignment.assign(graph, plenty, QuantizationVariant.PC_ICN, Overrides.NONE);
        Budget budget = Budget.paper((long) (eight.roBytes() * 0.6), PLENTY);
        Optional<BitAssignment> found =
                SensitivityAssignment.assign(graph, budget, QuantizationVariant.PC_ICN, Overrides.NONE, losses);
        double before = found.map(bits -> loss(graph, bits, losses)).orElse(0.0);
        double last = before;
        for (BitAssignment swap : found.map(bits -> SensitivityAssignment.swaps(
                        graph, budget, QuantizationVariant.PC_ICN, Overrides.NONE, bits, losses, 16))
                .orElse(List.of())) {
            Map<String, Integer> from = found.orElseThrow().weightBits();
            List<Double> ratios = new ArrayList<>(from.keySet().stream()
                    .map(node -> of(swap.weightBits(), node) / (double) of(from, node))
                    .filter(ratio -> ratio != 1)
                    .sorted()
                    .toList());
            assertEquals(List.of(0.5, 2.0), ratios);
            assertTrue(swap.roBytes() <= budget.roBytes(), swap::toString);
            double loss = loss(graph, swap, losses);
            assertTrue(loss >= last - 1e-9, "from " + last + " to " + loss);
            last = loss;
        }
    }

    /** Ten values alive at once have 59,049 choices of widths. */
    @Test
    void shouldNotFollowMorePathsThanMemoryHolds() {
        List<Node> nodes = new ArrayList<>();
        List<String> branches = new ArrayList<>();
        for (int branch = 0; branch < 10; branch++) {
            nodes.add(ResidualGraphs.convolution("branch" + branch, "x", 3, 4));
            branches.add("branch" + branch + ".y");
        }
        String product = branches.get(0);
        for (String branch : branches.subList(1, branches.size())) {
            String next = product + "*" + branch;
            nodes.add(new Node(next, new Multiply(Activation.RELU), List.of(product, branch), next));
            product = next;
        }
        nodes.add(ResidualGraphs.convolution("logits", product, 4, 10));
        Graph graph = new Graph("branches", "x", new TensorShape(9, 7, 3), nodes, "logits.y");
        Random random = new Random(3);
        Map<String, Map<Integer, Double>> weights = new HashMap<>();
        graph.weightedNodes().forEach(node -> weights.put(node.name(), ResidualGraphs.atFewer(random)));
        Map<String, Map<Integer, Double>> activations = new HashMap<>();
        graph.values().forEach(value -> activations.put(value, ResidualGraphs.atFewer(random)));
        Sensitivities losses = new Sensitivities(weights, activations);
        Budget plenty = Budget.paper(PLENTY, PLENTY);
        assertTrue(SensitivityAssignment.assign(graph, plenty, QuantizationVariant.PC_ICN, Overrides.NONE, losses)
                .isEmpty());
        BitAssignment rule = MemoryDrivenAssignment.assign(graph, plenty, QuantizationVariant.PC_ICN, Overrides.NONE);
        Overrides kept = Overrides.of(graph, rule).withWeights(Map.of());
        assertTrue(SensitivityAssignment.assign(graph, plenty, QuantizationVariant.PC_ICN, kept, losses)
                .isPresent());
    }

    private static double loss(Graph graph, BitAssignment bits, Sensitivities losses) {
        double loss = 0;
        for (Node node : graph.weightedNodes()) {
            loss += losses.ofWeights(node.name(), of(bits.weightBits(), node.name()));
        }
        for (String group : ResidualGraphs.groups(graph).keySet()) {
            loss += losses.ofActivation(group, of(bits.activationBits(), group));
        }
        return loss;
    }

    private static <T> T of(Map<String, T> map, String name) {
        return Objects.requireNonNull(map.get(name));
    }

    private static double leastOfWeights(Graph graph, long ro, Sensitivities losses) {
        List<Node> nodes = graph.weightedNodes();
        double least = Double.POSITIVE_INFINITY;
        for (List<Integer> choice : choices(nodes.size())) {
            long bytes = 0;
            double loss = 0;
            for (int index = 0; index < nodes.size(); index++) {
                Operator.Weighted operator =
                        (Operator.Weighted) nodes.get(index).operator();
                int channels = operator.outputChannels();
                bytes += (operator.weights().size() * choice.get(index) + 7) / 8
                        + (index == nodes.size() - 1 ? 7L * channels + 4 : 10L * channels + 8);
                loss += losses.ofWeights(nodes.get(index).name(), choice.get(index));
            }
            least = bytes <= ro ? Math.min(least, loss) : least;
        }
        return least;
    }

    private static double leastOfActivations(Graph graph, long rw, Sensitivities losses) {
        Map<String, Set<String>> groups = ResidualGraphs.groups(graph);
        List<String> names = List.copyOf(groups.keySet());
        double least = Double.POSITIVE_INFINITY;
        for (List<Integer> choice : choices(names.size())) {
            Map<String, Integer> bits = new HashMap<>();
            double loss = 0;
            for (int index = 0; index < names.size(); index++) {
                int width = choice.get(index);
                of(groups, names.get(index)).forEach(value -> bits.put(value, width));
                loss += losses.ofActivation(names.get(index), width);
            }
            least = peakBits(graph, bits) <= 8 * rw ? Math.min(least, loss) : least;
        }
        return least;
    }

    private static long peakBits(Graph graph, Map<String, Integer> bits) {
        long peak = 0;
        for (int step = 0; step < graph.nodes().size(); step++) {
            Set<String> alive = new HashSet<>(graph.nodes().get(step).inputs());
            alive.add(graph.nodes().get(step).output());
            for (Node earlier : graph.nodes().subList(0, step)) {
                boolean isReadLater = graph.nodes().subList(step, graph.nodes().size()).stream()
                        .anyMatch(node -> node.inputs().contains(earlier.output()));
                if (isReadLater) {
                    alive.add(earlier.output());
                }
            }
            peak = Math.max(
                    peak,
                    alive.stream()
                            .mapToLong(value -> (long) graph.shape(value).elements() * bits.getOrDefault(value, 8))
                            .sum());
        }
        return peak;
    }

    private static List<List<Integer>> choices(int count) {
        List<List<Integer>> choices = List.of(List.of());
        for (int index = 0; index < count; index++) {
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> choice : choices) {
                for (int width : WIDTHS) {
                    List<Integer> grown = new ArrayList<>(choice);
                    grown.add(width);
                    longer.add(grown);
                }
            }
            choices = longer;
        }
        return choices;
    }
}
