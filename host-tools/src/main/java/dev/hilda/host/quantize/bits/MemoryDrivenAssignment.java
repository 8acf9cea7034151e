// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.ArenaPlanner;
import dev.hilda.host.memory.Lifetime;
import dev.hilda.host.memory.Liveness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rusci et al. 2020, algorithms 1 and 2: activations are cut until each node's fit RAM, then weights until their sum fits
 * flash. All start at 8 bits; a cut halves; 2 is the least.
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
        ActivationBits activations =
                budget.isPaper() ? published(canonical, budget, overrides) : planned(canonical, budget, overrides);
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
                activations.peakNode().name());
    }

    private static ActivationBits published(Graph graph, Budget budget, Overrides overrides) {
        ActivationBits activations = new ActivationBits(
                graph, (value, bits) -> (long) graph.shape(value).elements() * bits, overrides);
        if (!activations.cutToFit(budget.rwBytes())) {
            throw ramShort(budget, activations, activations.leastPeakBytes());
        }
        return activations;
    }

    /** The arena may exceed the largest sum of packed bytes by fragmentation: then the sum's bound is tightened. */
    private static ActivationBits planned(Graph graph, Budget budget, Overrides overrides) {
        long bound = budget.rwBytes();
        while (true) {
            ActivationBits activations =
                    new ActivationBits(graph, (value, bits) -> 8L * packedBytes(graph, value, bits), overrides);
            if (!activations.cutToFit(bound)) {
                activations.cutAll();
                long least = Math.max(activations.leastPeakBytes(), arenaBytes(graph, activations));
                if (least <= budget.rwBytes()) {
                    return activations;
                }
                throw ramShort(budget, activations, least);
            }
            if (arenaBytes(graph, activations) <= budget.rwBytes()) {
                return activations;
            }
            bound = activations.peakBytes() - 1;
        }
    }

    /** Bytes of the arena these bits lead to. */
    private static long arenaBytes(Graph graph, ActivationBits activations) {
        Map<String, Lifetime> lifetimes =
                Liveness.of(graph, value -> packedBytes(graph, value, activations.bits(value)));
        return ArenaPlanner.plan(List.copyOf(lifetimes.values())).arenaBytes();
    }

    /** As it lies in the arena: pixels on byte boundaries, the whole aligned. */
    private static int packedBytes(Graph graph, String value, int bits) {
        TensorShape shape = graph.shape(value);
        int pixelBytes = Bits.bytes(shape.channels(), Logits.isInt32(graph, value) ? Tensor.INT32_BITS : bits);
        int packed = Math.multiplyExact(shape.pixels(), pixelBytes);
        return Math.addExact(packed, ArenaPlan.ALIGNMENT_BYTES - 1) & -ArenaPlan.ALIGNMENT_BYTES;
    }

    private static BudgetException ramShort(Budget budget, ActivationBits activations, long leastBytes) {
        return new BudgetException(
                "activations need " + leastBytes + " bytes of RAM with everything at its fewest bits (most at "
                        + activations.leastPeakNode().name() + "), the budget of " + budget.rwBytes() + " is short by "
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
