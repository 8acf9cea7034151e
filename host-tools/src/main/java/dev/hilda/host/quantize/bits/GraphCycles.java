// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.kernel.KernelCycles;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Cycles that a graph's nodes are estimated to take at given widths. Not thread-safe: it remembers estimates. */
public final class GraphCycles {
    private static final int MOST_BITS = 8;

    private final Graph graph;
    private final KernelCycles kernels;
    private final Set<String> int32 = new HashSet<>();
    private final Map<List<Integer>, Long> known = new HashMap<>();

    /** @param canonical up to its logits */
    public GraphCycles(Graph canonical, KernelCycles kernels) {
        this.graph = canonical;
        this.kernels = kernels;
        canonical.outputs().stream()
                .filter(output -> Logits.isInt32(canonical, output))
                .forEach(int32::add);
    }

    /**
     * Of all nodes, one after the other.
     *
     * @param activationBits by value; 8 where none are given
     * @param weightBits by node
     */
    public long of(Map<String, Integer> activationBits, Map<String, Integer> weightBits) {
        long sum = 0;
        for (int step = 0; step < graph.nodes().size(); step++) {
            String node = graph.nodes().get(step).name();
            sum += ofNode(
                    step,
                    value -> activationBits.getOrDefault(value, MOST_BITS),
                    weightBits.getOrDefault(node, MOST_BITS));
        }
        return sum;
    }

    public long of(BitAssignment bits) {
        return of(bits.activationBits(), bits.weightBits());
    }

    /**
     * Of one node.
     *
     * @param widths of each value
     * @param weightBits any where there are no weights
     */
    long ofNode(int step, ToIntFunction<String> widths, int weightBits) {
        Node node = graph.nodes().get(step);
        List<Tensor> inputs =
                node.inputs().stream().map(input -> tensor(input, widths)).toList();
        Tensor output = tensor(node.output(), widths);
        List<Integer> key = List.of(
                step,
                weightBits,
                output.bits(),
                inputs.get(0).bits(),
                inputs.get(inputs.size() - 1).bits());
        return known.computeIfAbsent(key, unseen -> kernels.of(node.operator(), inputs, output, weightBits));
    }

    private Tensor tensor(String value, ToIntFunction<String> widths) {
        int bits = int32.contains(value) ? Tensor.INT32_BITS : widths.applyAsInt(value);
        return new Tensor(value, graph.shape(value), bits, 0, 1);
    }
}
