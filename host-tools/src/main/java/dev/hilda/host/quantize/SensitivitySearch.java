// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.quantize.bits.Sensitivities;
import dev.hilda.host.quantize.bits.SensitivityAssignment;
import java.util.List;
import java.util.Optional;

/**
 * Looks for bits that cost a network less than the memory-driven rule's, in the same budgets: the assignment of the least sum
 * of measured losses, and what comes of it when two nodes' weights swap bits; the best of these by their loss measured
 * together. The rule's own bits stay where nothing is better.
 */
public final class SensitivitySearch {
    /** Measured at most, each on all judging images. */
    private static final int MOST_SWAPS = 16;

    private static final int EIGHT_BITS = 8;

    private final Graph graph;
    private final Budget budget;
    private final QuantizeOptions options;
    private final Overrides fixed;

    /** @param fixed bits that the user fixes */
    public SensitivitySearch(Graph canonical, Budget budget, QuantizeOptions options, Overrides fixed) {
        this.graph = canonical;
        this.budget = budget;
        this.options = options;
        this.fixed = fixed;
    }

    /**
     * What was found.
     *
     * @param rule mean divergence of the network with the rule's bits from its self of 8 bits, in nats, on images that the
     *     layers were not fitted to
     * @param found the same with the bits found
     */
    public record Found(BitAssignment bits, double rule, double found) {}

    /**
     * The same arguments give the same bits.
     *
     * @throws QuantizationException before any work, of outputs and variants that losses cannot be told of
     */
    public Found search(BitAssignment rule, CalibrationData data, StepProgress progress) {
        requireLosses();
        boolean cutsActivations = rule.activationBits().values().stream().anyMatch(bits -> bits < EIGHT_BITS);
        boolean cutsWeights = rule.weightBits().values().stream().anyMatch(bits -> bits < EIGHT_BITS);
        if (!cutsActivations && !cutsWeights) {
            return new Found(rule, 0, 0);
        }
        SensitivityStudy study = SensitivityStudy.of(graph, data, options, progress);
        Sensitivities sensitivities = study.sensitivities(cutsActivations, progress);
        QuantizationVariant variant = options.variant();
        double ruleLoss = study.loss(rule);
        Found best = new Found(rule, ruleLoss, ruleLoss);
        Overrides activationsKept = Overrides.of(graph, rule).withWeights(fixed.weights());
        Overrides given = cutsActivations ? fixed : activationsKept;
        Optional<BitAssignment> least = SensitivityAssignment.assign(graph, budget, variant, given, sensitivities)
                .or(() -> SensitivityAssignment.assign(graph, budget, variant, activationsKept, sensitivities));
        if (least.isPresent()) {
            best = better(best, least.get(), study);
        }
        List<BitAssignment> swaps =
                SensitivityAssignment.swaps(graph, budget, variant, given, best.bits, sensitivities, MOST_SWAPS);
        for (int swap = 0; swap < swaps.size(); swap++) {
            progress.advance("search", swap, swaps.size());
            best = better(best, swaps.get(swap), study);
        }
        return best;
    }

    private void requireLosses() {
        if (options.variant() == QuantizationVariant.MIX_PL) {
            throw new QuantizationException("a search by sensitivity needs one treatment of normalization at all bits:"
                    + " expected PC_ICN, PC_THRESHOLDS, PL_ICN or PL_FB, got MIX_PL");
        }
        for (String output : graph.outputs()) {
            if (graph.shape(output).channels() < 2) {
                throw new QuantizationException("a search by sensitivity compares what a softmax makes of the outputs:"
                        + " expected two channels or more, output " + output + " has one; search memory-driven");
            }
        }
    }

    private static Found better(Found best, BitAssignment other, SensitivityStudy study) {
        double loss = study.loss(other);
        return loss < best.found ? new Found(other, best.rule, loss) : best;
    }
}
