// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.FusedBlock;
import dev.hilda.host.memory.Fusion;
import dev.hilda.host.memory.GraphMemory;
import dev.hilda.host.memory.LayerSequence;
import dev.hilda.host.memory.Lifetime;
import dev.hilda.host.memory.Liveness;
import dev.hilda.host.memory.NetworkPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/** What a graph's activations take of RAM at given widths, as a budget counts it. */
final class ActivationCount {
    private final Graph graph;
    private final Budget budget;
    private final Fusion fusion;
    private final GraphMemory memory;
    private final Set<String> int32 = new HashSet<>();
    private final List<List<String>> alive = new ArrayList<>();

    /** @param fusion of which a budget knows that is held against the plan */
    ActivationCount(Graph graph, Budget budget, Fusion fusion, GraphMemory memory) {
        this.graph = graph;
        this.budget = budget;
        this.fusion = fusion;
        this.memory = memory;
        graph.outputs().stream().filter(output -> Logits.isInt32(graph, output)).forEach(int32::add);
        Map<String, Lifetime> lifetimes = Liveness.of(graph, value -> 1);
        for (int step = 0; step < graph.nodes().size(); step++) {
            int first = fusion.blockOf(step).map(FusedBlock::firstLayer).orElse(step);
            int last = fusion.blockOf(step).map(FusedBlock::lastLayer).orElse(step);
            alive.add(lifetimes.entrySet().stream()
                    .filter(entry -> entry.getValue().firstStep() <= last
                            && entry.getValue().lastStep() >= first)
                    .map(Map.Entry::getKey)
                    .toList());
        }
    }

    /** The same of layers that are fused otherwise. */
    ActivationCount with(Fusion other) {
        return new ActivationCount(graph, budget, other, memory);
    }

    /** Values alive at a node, or at any of those that it is fused with. */
    List<String> alive(int step) {
        return alive.get(step);
    }

    /** Of one value, in bits of memory: whole bytes but by the published formula. */
    long valueBits(String value, int width) {
        return isByFormula()
                ? (long) graph.shape(value).elements() * width
                : 8L * alignedBytes(GraphMemory.packedBytes(graph.shape(value), stored(value, width)));
    }

    /** Whether the arena has to fit the budget too. */
    boolean isArenaBound() {
        return !isByFormula();
    }

    private boolean isByFormula() {
        return budget.isPaper() && budget.ramModel() == RamModel.PUBLISHED;
    }

    private static int alignedBytes(int bytes) {
        return Math.addExact(bytes, ArenaPlan.ALIGNMENT_BYTES - 1) & -ArenaPlan.ALIGNMENT_BYTES;
    }

    /** The formula counts int32 outputs as codes. */
    private int stored(String value, int width) {
        return int32.contains(value) ? Tensor.INT32_BITS : width;
    }

    /**
     * Of a node, in bits of memory.
     *
     * @param widths of each value
     */
    long nodeBits(int step, ToIntFunction<String> widths) {
        if (budget.ramModel() == RamModel.PLANNED) {
            return 8L * memory.nodeBytes(step, fusion, value -> stored(value, widths.applyAsInt(value)));
        }
        return alive.get(step).stream()
                .mapToLong(value -> valueBits(value, widths.applyAsInt(value)))
                .sum();
    }

    /** The most that a node needs, in bytes. */
    long peakBytes(ToIntFunction<String> widths) {
        long most = 0;
        for (int step = 0; step < graph.nodes().size(); step++) {
            most = Math.max(most, nodeBits(step, widths));
        }
        return (most + 7) / 8;
    }

    /** How memory will be used, however it is counted. */
    NetworkPlan plan(ToIntFunction<String> widths) {
        return NetworkPlan.of(layers(widths), fusion);
    }

    /** The nodes, however they are counted. */
    LayerSequence layers(ToIntFunction<String> widths) {
        return memory.layers(value -> stored(value, widths.applyAsInt(value)));
    }

    /** Of the kernel that needs most to work in. */
    long scratchBytes(ToIntFunction<String> widths, ToIntFunction<String> weightWidths) {
        return memory.scratchBytes(value -> stored(value, widths.applyAsInt(value)), weightWidths);
    }
}
