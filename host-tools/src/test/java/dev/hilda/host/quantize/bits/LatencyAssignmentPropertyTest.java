// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.kernel.KernelCycles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Against every choice of bits there is, whose bytes, losses and cycles are added up here. */
class LatencyAssignmentPropertyTest {
    private static final long PLENTY = 1L << 40;
    private static final int[] WIDTHS = {8, 4, 2};
    private static final KernelCycles KERNELS = KernelCycles.read();

    @Property(tries = 200)
    void shouldTakeNoMoreCyclesThanTheBestOfAllChoices(@ForAll long seed) {
        Case drawn = new Case(new Random(seed));
        double mostLoss = drawn.between(drawn.all(PLENTY, Double.POSITIVE_INFINITY).leastLoss, drawn.losesAtMost);
        Best best = drawn.all(PLENTY, mostLoss);
        Optional<BitAssignment> found = drawn.assignment.assign(drawn.losses, JointGoal.fewestCycles(mostLoss));
        assertEquals(best.isAny, found.isPresent(), drawn::toString);
        found.ifPresent(bits -> {
            assertEquals(best.fewestCycles, drawn.cycles(bits), drawn::toString);
            assertEquals(best.fewestCycles, drawn.assignment.cycles(bits), drawn::toString);
            assertTrue(drawn.loss(bits) <= mostLoss + 1e-9, drawn::toString);
            assertEquals(drawn.loss(bits), drawn.assignment.loss(bits, drawn.losses), 1e-9, drawn::toString);
            drawn.requireFits(bits);
        });
    }

    @Property(tries = 200)
    void shouldLoseNoMoreThanTheBestOfAllChoicesOfSoManyCycles(@ForAll long seed) {
        Case drawn = new Case(new Random(seed));
        Best any = drawn.all(PLENTY, Double.POSITIVE_INFINITY);
        long mostCycles = (long) drawn.between(0.98 * any.fewestCycles, 1.02 * any.cyclesOfLeastLoss);
        Best best = drawn.all(mostCycles, Double.POSITIVE_INFINITY);
        Optional<BitAssignment> found = drawn.assignment.assign(drawn.losses, JointGoal.leastLoss(mostCycles));
        assertEquals(best.isAny, found.isPresent(), drawn::toString);
        found.ifPresent(bits -> {
            assertEquals(best.leastLoss, drawn.loss(bits), 1e-9, drawn::toString);
            assertTrue(drawn.cycles(bits) <= mostCycles, drawn::toString);
            drawn.requireFits(bits);
        });
        Optional<BitAssignment> fastest = drawn.assignment.fastest();
        assertEquals(any.isAny, fastest.isPresent(), drawn::toString);
        fastest.ifPresent(bits -> assertEquals(any.fewestCycles, drawn.cycles(bits), drawn::toString));
    }

    /** The best of all choices within some bounds. */
    private static final class Best {
        private boolean isAny;
        private double leastLoss = Double.POSITIVE_INFINITY;
        private long cyclesOfLeastLoss;
        private long fewestCycles = Long.MAX_VALUE;
    }

    /** A network, budgets, losses, and a bound yet to be drawn. */
    private static final class Case {
        private final Random random;
        private final Graph graph;
        private final QuantizationVariant variant;
        private final Sensitivities losses;
        private final Map<String, Set<String>> groups;
        private final Budget budget;
        private final LatencyAssignment assignment;
        private final double losesAtMost;
        private final Map<List<Object>, Long> nodeCycles = new HashMap<>();

        Case(Random random) {
            this.random = random;
            this.graph = ResidualGraphs.of(random, 2);
            this.variant = random.nextBoolean() ? QuantizationVariant.PC_ICN : QuantizationVariant.PC_THRESHOLDS;
            this.losses = ResidualGraphs.losses(graph, random);
            this.groups = ResidualGraphs.groups(graph);
            BitAssignment eight =
                    MemoryDrivenAssignment.assign(graph, Budget.paper(PLENTY, PLENTY), variant, Overrides.NONE);
            this.budget = Budget.paper((long) (eight.roBytes() * (0.3 + random.nextDouble())), (long)
                    (eight.rwPeakBytes() * (0.3 + random.nextDouble())));
            this.assignment = LatencyAssignment.of(graph, budget, variant, Overrides.NONE);
            this.losesAtMost = 1.2 * (graph.weightedNodes().size() + groups.size());
        }

        double between(double least, double most) {
            return Double.isFinite(least) ? least + random.nextDouble() * Math.max(0, most - least) : most;
        }

        Best all(long mostCycles, double mostLoss) {
            Best best = new Best();
            for (Map<String, Integer> widths : choices(List.copyOf(groups.keySet()))) {
                Map<String, Integer> byValue = new HashMap<>();
                widths.forEach((group, width) ->
                        Objects.requireNonNull(groups.get(group)).forEach(value -> byValue.put(value, width)));
                if (peakBits(byValue) <= 8 * budget.rwBytes()) {
                    double loss = widths.entrySet().stream()
                            .mapToDouble(group -> losses.ofActivation(group.getKey(), group.getValue()))
                            .sum();
                    of(0, byValue, 0, loss, 0, mostCycles, mostLoss, best);
                }
            }
            return best;
        }

        /** With all widths of the weights from a node on. */
        private void of(
                int step,
                Map<String, Integer> byValue,
                long bytes,
                double loss,
                long cycles,
                long mostCycles,
                double mostLoss,
                Best best) {
            if (bytes > budget.roBytes() || cycles > mostCycles || loss > mostLoss) {
                return;
            }
            if (step == graph.nodes().size()) {
                best.isAny = true;
                best.fewestCycles = Math.min(best.fewestCycles, cycles);
                if (loss < best.leastLoss) {
                    best.leastLoss = loss;
                    best.cyclesOfLeastLoss = cycles;
                }
                return;
            }
            Node node = graph.nodes().get(step);
            if (node.operator().weighted().isEmpty()) {
                long taken = cyclesOf(node, byValue, 8);
                of(step + 1, byValue, bytes, loss, cycles + taken, mostCycles, mostLoss, best);
                return;
            }
            for (int width : WIDTHS) {
                of(
                        step + 1,
                        byValue,
                        bytes + bytesOf(node, width, byValue.getOrDefault(node.output(), 8)),
                        loss + losses.ofWeights(node.name(), width),
                        cycles + cyclesOf(node, byValue, width),
                        mostCycles,
                        mostLoss,
                        best);
            }
        }

        private long bytesOf(Node node, int width, int outputBits) {
            int channels = graph.shape(node.output()).channels();
            long weights =
                    ((long) node.operator().weighted().orElseThrow().weights().size() * width + 7) / 8;
            if (graph.isOutput(node.output())) {
                return weights + 7L * channels + 4;
            }
            return weights
                    + (variant == QuantizationVariant.PC_ICN
                            ? 10L * channels + 8
                            : 2L * channels * (1 << outputBits) + channels + 1);
        }

        private long cyclesOf(Node node, Map<String, Integer> byValue, int width) {
            List<Tensor> inputs = new ArrayList<>();
            List<Object> key = new ArrayList<>(List.of(node.name(), width));
            for (String input : node.inputs()) {
                inputs.add(new Tensor(input, graph.shape(input), byValue.getOrDefault(input, 8), 0, 1));
            }
            int outputBits = graph.isOutput(node.output()) ? 32 : byValue.getOrDefault(node.output(), 8);
            inputs.forEach(input -> key.add(input.bits()));
            key.add(outputBits);
            Tensor output = new Tensor(node.output(), graph.shape(node.output()), outputBits, 0, 1);
            return nodeCycles.computeIfAbsent(key, unseen -> KERNELS.of(node.operator(), inputs, output, width));
        }

        long cycles(BitAssignment bits) {
            return graph.nodes().stream()
                    .mapToLong(node -> cyclesOf(
                            node, bits.activationBits(), bits.weightBits().getOrDefault(node.name(), 8)))
                    .sum();
        }

        double loss(BitAssignment bits) {
            double weights = bits.weightBits().entrySet().stream()
                    .mapToDouble(node -> losses.ofWeights(node.getKey(), node.getValue()))
                    .sum();
            return weights
                    + groups.keySet().stream()
                            .mapToDouble(group -> losses.ofActivation(
                                    group,
                                    Objects.requireNonNull(bits.activationBits().get(group))))
                            .sum();
        }

        void requireFits(BitAssignment bits) {
            assertTrue(bits.roBytes() <= budget.roBytes(), bits::toString);
            assertTrue(bits.rwPeakBytes() <= budget.rwBytes(), bits::toString);
        }

        /** Of what is alive: what was made and is read later, and what the node reads and writes. */
        private long peakBits(Map<String, Integer> byValue) {
            long peak = 0;
            for (int step = 0; step < graph.nodes().size(); step++) {
                long alive = 0;
                for (String value : graph.values()) {
                    int at = step;
                    boolean isMade = graph.isInput(value)
                            || graph.nodes().subList(0, step + 1).stream()
                                    .anyMatch(node -> node.output().equals(value));
                    boolean isRead = graph.nodes().subList(at, graph.nodes().size()).stream()
                            .anyMatch(node -> node.inputs().contains(value));
                    boolean isWritten = graph.nodes().get(step).output().equals(value);
                    alive += isMade && (isRead || isWritten)
                            ? (long) graph.shape(value).elements() * byValue.getOrDefault(value, 8)
                            : 0;
                }
                peak = Math.max(peak, alive);
            }
            return peak;
        }

        @Override
        public String toString() {
            return graph.nodes().size() + " nodes, " + variant + ", " + budget;
        }
    }

    private static List<Map<String, Integer>> choices(List<String> names) {
        List<Map<String, Integer>> choices = List.of(Map.of());
        for (String name : names) {
            List<Map<String, Integer>> longer = new ArrayList<>();
            for (Map<String, Integer> choice : choices) {
                for (int width : WIDTHS) {
                    Map<String, Integer> grown = new HashMap<>(choice);
                    grown.put(name, width);
                    longer.add(grown);
                }
            }
            choices = longer;
        }
        return choices;
    }
}
