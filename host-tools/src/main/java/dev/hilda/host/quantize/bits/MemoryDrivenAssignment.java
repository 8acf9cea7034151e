// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.memory.ArenaDemand;
import dev.hilda.host.memory.Fusion;
import dev.hilda.host.memory.FusionPlanner;
import dev.hilda.host.memory.GraphMemory;
import dev.hilda.host.memory.LayerSequence;
import dev.hilda.host.memory.NetworkPlan;
import dev.hilda.host.memory.RamUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntBiFunction;
import java.util.function.ToIntFunction;

/**
 * Rusci et al. 2020, algorithms 1 and 2: activations are cut until each node's fit RAM, then weights until their sum fits
 * flash. All start at 8 bits; a cut halves; 2 is the least. Where activations count as planned, layers are fused first.
 */
public final class MemoryDrivenAssignment {
    private MemoryDrivenAssignment() {}

    /**
     * The rule's bits, deterministic.
     *
     * @throws BudgetException when nothing fits, saying which budget is short by how many bytes and which would do; when
     *     overrides name what the graph does not have or contradict each other
     */
    public static BitAssignment assign(
            Graph canonical, Budget budget, QuantizationVariant variant, Overrides overrides) {
        ActivationBits activations = activations(canonical, budget, overrides);
        WeightBits weights = new WeightBits(canonical, variant, overrides);
        long roBytes = weights.cutToFit(budget.roBytes(), activations);
        if (roBytes > budget.roBytes()) {
            throw flashShort(budget, roBytes);
        }
        List<Cut> cuts = new ArrayList<>(activations.cuts());
        cuts.addAll(weights.cuts());
        Map<String, Integer> bits = activations.byValue();
        if (!budget.isPaper()) {
            canonical.outputs().stream()
                    .filter(output -> Logits.isInt32(canonical, output))
                    .forEach(output -> bits.put(output, Tensor.INT32_BITS));
        }
        return new BitAssignment(
                bits,
                weights.byNode(),
                cuts,
                weights.bytes(activations),
                activations.peakBytes(),
                activations.peakNode().name(),
                ram(budget, activations, weights.byNode()));
    }

    /**
     * Cut to fit the budget. Where they count as planned, with those layers fused that take them in at all their bits, or
     * near that; where what is left to cut is not enough, with those that take them in at their fewest.
     */
    private static ActivationBits activations(Graph graph, Budget budget, Overrides overrides) {
        Trial most = cut(graph, budget, count(graph, budget, overrides, ActivationBits::bits), overrides);
        if (most.neededBytes() <= budget.rwBytes()) {
            return most.activations();
        }
        Trial fewest = cut(graph, budget, count(graph, budget, overrides, ActivationBits::leastBits), overrides);
        if (fewest.neededBytes() <= budget.rwBytes()) {
            return fewest.activations();
        }
        throw ramShort(budget, fewest.neededBytes() < most.neededBytes() ? fewest : most);
    }

    /** With those layers fused that take activations in at some widths. */
    static ActivationCount count(
            Graph graph, Budget budget, Overrides overrides, ToIntBiFunction<ActivationBits, String> widths) {
        ActivationCount unfused = new ActivationCount(graph, budget, Fusion.NONE, new GraphMemory(graph));
        ActivationBits uncut = new ActivationBits(graph, unfused, overrides);
        return fused(budget, unfused, value -> widths.applyAsInt(uncut, value));
    }

    private static ActivationCount fused(Budget budget, ActivationCount unfused, ToIntFunction<String> widths) {
        if (budget.ramModel() == RamModel.PUBLISHED) {
            return unfused;
        }
        NetworkPlan plan = FusionPlanner.plan(unfused.layers(widths), budget.fusion(), budget.rwBytes());
        return unfused.with(plan.fusion());
    }

    /** @param neededBytes more than the budget where no cut is left */
    private record Trial(ActivationBits activations, long neededBytes) {}

    private static RamUse ram(Budget budget, ActivationBits activations, Map<String, Integer> weights) {
        ActivationCount count = activations.count();
        LayerSequence layers = count.layers(activations::bits);
        NetworkPlan cheapest = FusionPlanner.plan(layers, budget.fusion(), budget.rwBytes());
        boolean fits = cheapest.arena().arenaBytes() <= budget.rwBytes();
        return new RamUse(
                ArenaDemand.of(layers, Fusion.NONE).aliveBytes(),
                fits ? cheapest : count.plan(activations::bits),
                count.scratchBytes(activations::bits, node -> Objects.requireNonNull(weights.get(node))));
    }

    /**
     * The arena may exceed what any node needs by itself: the published sums know of no packing, and what nodes need may
     * not go together. Then the bound of the nodes is tightened.
     */
    private static Trial cut(Graph graph, Budget budget, ActivationCount count, Overrides overrides) {
        long bound = budget.rwBytes();
        while (true) {
            ActivationBits activations = new ActivationBits(graph, count, overrides);
            boolean boundFits = activations.cutToFit(bound);
            if (!boundFits) {
                activations.cutAll();
            }
            long needed = boundFits ? 0 : activations.leastPeakBytes();
            if (count.isArenaBound()) {
                needed = Math.max(needed, arenaBytes(count, activations));
            }
            if (needed <= budget.rwBytes() || !boundFits) {
                return new Trial(activations, needed);
            }
            bound = activations.peakBytes() - 1;
        }
    }

    /** Bytes of the arena these bits lead to. */
    private static long arenaBytes(ActivationCount count, ActivationBits activations) {
        return count.plan(activations::bits).arena().arenaBytes();
    }

    private static BudgetException ramShort(Budget budget, Trial trial) {
        long leastBytes = trial.neededBytes();
        return new BudgetException(
                "activations need " + leastBytes + " bytes of RAM with everything at its fewest bits (most at "
                        + trial.activations().leastPeakNode().name() + "), the budget of " + budget.rwBytes()
                        + " is short by "
                        + (leastBytes - budget.rwBytes()),
                new BudgetException.Shortage(BudgetException.Memory.RAM, leastBytes));
    }

    private static BudgetException flashShort(Budget budget, long leastBytes) {
        return new BudgetException(
                "weights and parameters need " + leastBytes
                        + " bytes of flash at the least, of all that the rule tries; the budget of " + budget.roBytes()
                        + " is short by " + (leastBytes - budget.roBytes()),
                new BudgetException.Shortage(BudgetException.Memory.FLASH, leastBytes));
    }
}
