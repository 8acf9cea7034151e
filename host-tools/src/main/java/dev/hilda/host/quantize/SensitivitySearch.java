// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.JointGoal;
import dev.hilda.host.quantize.bits.LatencyAssignment;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.quantize.bits.SearchLimits;
import dev.hilda.host.quantize.bits.Sensitivities;
import dev.hilda.host.quantize.bits.SensitivityAssignment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Looks for bits that serve a network better than the memory-driven rule's, in the same budgets: by the sums of measured
 * losses of single tensors, and estimated cycles, those that cost least or take the fewest cycles; and what comes of these
 * when two nodes' weights swap bits. The best of them by their loss measured together is found; the rule's own bits where
 * nothing is better.
 */
public final class SensitivitySearch {
    /** Measured at most, each on all judging images. */
    private static final int MOST_SWAPS = 16;

    private static final int EIGHT_BITS = 8;

    /** Losses together may be more than their sum: bits are also looked for within so much of the bound. */
    private static final double[] PARTS_OF_BOUND = {1, 0.75, 0.5, 0.25};

    private final Graph graph;
    private final Budget budget;
    private final QuantizeOptions options;
    private final Overrides fixed;
    private final BitSearch search;
    private final SearchLimits limits;
    private final LatencyAssignment latency;

    /**
     * @param fixed bits that the user fixes
     * @param search by sensitivity or latency
     */
    public SensitivitySearch(
            Graph canonical,
            Budget budget,
            QuantizeOptions options,
            Overrides fixed,
            BitSearch search,
            SearchLimits limits) {
        this.graph = canonical;
        this.budget = budget;
        this.options = options;
        this.fixed = fixed;
        this.search = search;
        this.limits = limits;
        this.latency = LatencyAssignment.of(canonical, budget, options.variant(), fixed);
    }

    /**
     * What was found.
     *
     * @param rule mean divergence of the network with the rule's bits from its self of 8 bits, in nats, on images that the
     *     layers were not fitted to
     * @param found the same with the bits found
     * @param ruleCycles that the network is estimated to take with the rule's bits
     * @param foundCycles with the bits found
     */
    public record Found(BitAssignment bits, double rule, double found, long ruleCycles, long foundCycles) {}

    private record Candidate(BitAssignment bits, double loss, long cycles) {}

    /**
     * Finds out before any work what would end it.
     *
     * @throws QuantizationException of outputs and variants that losses cannot be told of, and of cycles that no bits in the
     *     budgets reach
     */
    public void require(BitAssignment rule) {
        requireLosses();
        limits.cycles().ifPresent(most -> {
            long fewest = latency.cycles(fastest(rule));
            if (fewest > most) {
                throw new QuantizationException("no bits within the budgets are estimated to take as few as " + most
                        + " cycles: expected a bound of at least " + fewest);
            }
        });
    }

    private BitAssignment fastest(BitAssignment rule) {
        return latency.fastest()
                .or(() -> latency.withActivations(rule).fastest())
                .orElse(rule);
    }

    /**
     * The same arguments give the same bits.
     *
     * @throws QuantizationException as {@link #require}; and where no bits stay within a loss that the user bounds
     */
    public Found search(BitAssignment rule, CalibrationData data, StepProgress progress) {
        require(rule);
        long ruleCycles = latency.cycles(rule);
        boolean cutsActivations = rule.activationBits().values().stream().anyMatch(bits -> bits < EIGHT_BITS);
        boolean cutsWeights = rule.weightBits().values().stream().anyMatch(bits -> bits < EIGHT_BITS);
        boolean isWithinCycles =
                limits.cycles().isEmpty() || ruleCycles <= limits.cycles().getAsLong();
        if (!cutsActivations && !cutsWeights && isWithinCycles && limits.loss().isEmpty()) {
            return new Found(rule, 0, 0, ruleCycles, ruleCycles);
        }
        SensitivityStudy study = SensitivityStudy.of(graph, data, options, progress);
        boolean countsCycles = search == BitSearch.LATENCY || limits.cycles().isPresent();
        Sensitivities sensitivities = study.sensitivities(cutsActivations || countsCycles, progress);
        Candidate ruled = new Candidate(rule, study.loss(rule), ruleCycles);
        JointGoal goal = goal(ruled.loss);
        List<BitAssignment> first =
                countsCycles ? byCycles(rule, goal, sensitivities) : byLosses(rule, cutsActivations, sensitivities);
        List<Candidate> candidates = new ArrayList<>(List.of(ruled));
        measure(first, candidates, study, progress);
        Optional<Candidate> best = best(candidates, goal);
        if (best.isPresent()) {
            measure(swaps(best.get(), goal, sensitivities), candidates, study, progress);
        }
        Candidate found = best(candidates, goal)
                .orElseThrow(() -> new QuantizationException("no bits were found that lose at most " + goal.mostLoss()
                        + " nats: the least measured is "
                        + candidates.stream().mapToDouble(Candidate::loss).min().orElseThrow()));
        return new Found(found.bits, ruled.loss, found.loss, ruleCycles, found.cycles);
    }

    /** Of bits measured together. */
    private JointGoal goal(double ruleLoss) {
        return search == BitSearch.LATENCY
                ? JointGoal.fewestCycles(limits.loss().orElse(ruleLoss))
                : JointGoal.leastLoss(limits.cycles().orElse(Long.MAX_VALUE));
    }

    private static Optional<Candidate> best(List<Candidate> candidates, JointGoal goal) {
        Comparator<Candidate> byLoss = Comparator.comparingDouble(Candidate::loss);
        Comparator<Candidate> byCycles = Comparator.comparingLong(Candidate::cycles);
        return candidates.stream()
                .filter(candidate -> goal.allows(candidate.cycles, candidate.loss))
                .min(goal.fewestCycles() ? byCycles.thenComparing(byLoss) : byLoss);
    }

    private void measure(
            List<BitAssignment> assignments,
            List<Candidate> candidates,
            SensitivityStudy study,
            StepProgress progress) {
        for (int index = 0; index < assignments.size(); index++) {
            progress.advance("search", index, assignments.size());
            BitAssignment bits = assignments.get(index);
            candidates.add(new Candidate(bits, study.loss(bits), latency.cycles(bits)));
        }
    }

    private List<BitAssignment> byLosses(BitAssignment rule, boolean cutsActivations, Sensitivities sensitivities) {
        Overrides given = given(rule, cutsActivations);
        return Stream.of(given, given(rule, false))
                .flatMap(kept -> leastLoss(kept, sensitivities).stream())
                .limit(1)
                .toList();
    }

    /** What thresholds take depends on the bits of a layer's result, so that both are chosen together. */
    private Optional<BitAssignment> leastLoss(Overrides kept, Sensitivities sensitivities) {
        QuantizationVariant variant = options.variant();
        return variant.hasThresholds()
                ? LatencyAssignment.of(graph, budget, variant, kept)
                        .assign(sensitivities, JointGoal.leastLoss(Long.MAX_VALUE))
                : SensitivityAssignment.assign(graph, budget, variant, kept, sensitivities);
    }

    /** What is fixed where activations keep the rule's bits, or do not. */
    private Overrides given(BitAssignment rule, boolean cutsActivations) {
        return cutsActivations ? fixed : Overrides.of(graph, rule).withWeights(fixed.weights());
    }

    /** Sums of losses decide here, so that the rule's own bits bound them too. */
    private List<BitAssignment> byCycles(BitAssignment rule, JointGoal goal, Sensitivities sensitivities) {
        List<BitAssignment> free = byCycles(latency, rule, goal, sensitivities);
        return free.isEmpty() ? byCycles(latency.withActivations(rule), rule, goal, sensitivities) : free;
    }

    private List<BitAssignment> byCycles(
            LatencyAssignment within, BitAssignment rule, JointGoal goal, Sensitivities sensitivities) {
        if (!goal.fewestCycles()) {
            return Stream.of(within.assign(sensitivities, goal), within.fastest())
                    .flatMap(Optional::stream)
                    .distinct()
                    .toList();
        }
        double mostLoss = limits.loss().orElseGet(() -> within.loss(rule, sensitivities));
        Stream<JointGoal> goals = Stream.concat(
                DoubleStream.of(PARTS_OF_BOUND).mapToObj(part -> goal.withMostLoss(part * mostLoss)),
                Stream.of(JointGoal.leastLoss(Long.MAX_VALUE)));
        return goals.flatMap(each -> within.assign(sensitivities, each).stream())
                .distinct()
                .toList();
    }

    private List<BitAssignment> swaps(Candidate best, JointGoal goal, Sensitivities sensitivities) {
        // Of swaps that take no fewer cycles none can be better where these are to be fewest.
        long mostCycles = goal.fewestCycles() ? best.cycles - 1 : goal.mostCycles();
        return latency.swaps(best.bits, sensitivities, mostCycles, MOST_SWAPS);
    }

    private void requireLosses() {
        if (options.variant() == QuantizationVariant.MIX_PL) {
            throw new QuantizationException(
                    "a search by " + search.label() + " needs one treatment of normalization at all bits:"
                            + " expected PC_ICN, PC_THRESHOLDS, PL_ICN or PL_FB, got MIX_PL");
        }
        for (String output : graph.outputs()) {
            if (graph.shape(output).channels() < 2) {
                throw new QuantizationException("a search by " + search.label()
                        + " compares what a softmax makes of the outputs:" + " expected two channels or more, output "
                        + output + " has one; search memory-driven");
            }
        }
    }
}
