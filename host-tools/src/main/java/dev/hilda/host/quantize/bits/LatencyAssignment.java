// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.kernel.KernelCycles;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntBiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Bits that fit the budgets, chosen by losses and estimated cycles: those of activations and weights together, by
 * {@link JointSearch}. Exact as long as no arena exceeds what single nodes need and choices are too few to be thinned.
 */
public final class LatencyAssignment {
    private static final int MOST_BITS = 8;

    private final Graph graph;
    private final Budget budget;
    private final QuantizationVariant variant;
    private final Overrides fixed;
    private final GraphCycles cycles;

    private LatencyAssignment(
            Graph canonical, Budget budget, QuantizationVariant variant, Overrides fixed, GraphCycles cycles) {
        this.graph = canonical;
        this.budget = budget;
        this.variant = variant;
        this.fixed = fixed;
        this.cycles = cycles;
    }

    /**
     * For a network and its budgets.
     *
     * @param fixed bits that the user fixes
     */
    public static LatencyAssignment of(Graph canonical, Budget budget, QuantizationVariant variant, Overrides fixed) {
        GraphCycles cycles = new GraphCycles(canonical, KernelCycles.read());
        return new LatencyAssignment(canonical, budget, variant, fixed, cycles);
    }

    /** With an assignment's activations, for networks that have too many alive at once. */
    public LatencyAssignment withActivations(BitAssignment bits) {
        Overrides kept = Overrides.of(graph, bits).withWeights(fixed.weights());
        return new LatencyAssignment(graph, budget, variant, kept, cycles);
    }

    /** That all nodes are estimated to take. */
    public long cycles(BitAssignment bits) {
        return cycles.of(bits);
    }

    /** Deterministic. Empty where nothing fits. */
    public Optional<BitAssignment> assign(Sensitivities sensitivities, JointGoal goal) {
        return counts().flatMap(count -> assign(count, sensitivities, goal).stream())
                .findFirst();
    }

    /** Sum of the losses of an assignment. */
    public double loss(BitAssignment bits, Sensitivities sensitivities) {
        ActivationCount any = counts().findFirst().orElseThrow();
        return new JointSearch(graph, any, variant, fixed, sensitivities, cycles).loss(bits);
    }

    private Stream<ActivationCount> counts() {
        return Stream.<ToIntBiFunction<ActivationBits, String>>of(ActivationBits::bits, ActivationBits::leastBits)
                .map(widths -> MemoryDrivenAssignment.count(graph, budget, fixed, widths));
    }

    private Optional<BitAssignment> assign(ActivationCount count, Sensitivities sensitivities, JointGoal goal) {
        JointSearch search = new JointSearch(graph, count, variant, fixed, sensitivities, cycles);
        Optional<Overrides> decided = search.best(budget.roBytes(), budget.rwBytes(), goal);
        while (decided.isPresent()) {
            Optional<BitAssignment> found = fitting(decided.get());
            if (found.isPresent() || !count.isArenaBound()) {
                return found;
            }
            // As the rule does: the arena may exceed what any node needs by itself.
            Map<String, Integer> widths = decided.get().activations();
            long peakBytes = count.peakBytes(value -> widths.getOrDefault(value, MOST_BITS));
            decided = search.best(budget.roBytes(), peakBytes - 1, goal);
        }
        return Optional.empty();
    }

    private Optional<BitAssignment> fitting(Overrides decided) {
        return SensitivityAssignment.fitting(graph, budget, variant, decided);
    }

    /**
     * The assignments in which the weights of one node have more bits and those of another fewer, and which a goal allows by
     * its bound of cycles; the least sum of losses first.
     *
     * @param most that are wanted
     */
    public List<BitAssignment> swaps(BitAssignment bits, Sensitivities sensitivities, long mostCycles, int most) {
        Overrides decided = Overrides.of(graph, bits);
        return WeightSearch.swaps(graph, variant, budget.roBytes(), fixed, bits, sensitivities).stream()
                .filter(weights -> cycles.of(bits.activationBits(), weights) <= mostCycles)
                .limit(most)
                .flatMap(weights -> fitting(decided.withWeights(weights)).stream())
                .toList();
    }

    /** Losses of nothing, for bits that are chosen by bytes and cycles alone. */
    private Sensitivities lossless() {
        Map<Integer, Double> nothing = Map.of(4, 0.0, 2, 0.0);
        TiedValues tied = new TiedValues(graph);
        return new Sensitivities(
                graph.weightedNodes().stream().collect(Collectors.toMap(Node::name, node -> nothing)),
                graph.values().stream()
                        .map(tied::group)
                        .distinct()
                        .collect(Collectors.toMap(group -> group, group -> nothing)));
    }

    /** The bits of the fewest cycles that fit the budgets, whatever they lose. */
    public Optional<BitAssignment> fastest() {
        return assign(lossless(), JointGoal.fewestCycles(Double.POSITIVE_INFINITY));
    }
}
