// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.kernel.KernelOutline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * What a canonical graph takes of RAM at given widths, before anything is quantized: what the network takes that it is
 * lowered to. Not thread-safe: it remembers outlines.
 */
public final class GraphMemory {
    /** Of weights that are not there, or do not matter. */
    private static final int ANY_BITS = 8;

    private static final List<Integer> WEIGHT_BITS = List.of(8, 4, 2);

    private final Graph graph;
    private final Map<String, Integer> indices = new HashMap<>();
    private final List<Integer> outputs;
    private final List<LayerSequence.Operands> operands;
    private final Map<List<Object>, KernelOutline> outlines = new HashMap<>();
    private final Map<List<Object>, KernelOutline> farthest = new HashMap<>();

    public GraphMemory(Graph canonical) {
        this.graph = canonical;
        canonical.values().forEach(value -> indices.put(value, indices.size()));
        this.outputs = canonical.outputs().stream().map(this::index).toList();
        this.operands = canonical.nodes().stream()
                .map(node -> new LayerSequence.Operands(
                        node.inputs().stream().map(this::index).toList(), index(node.output())))
                .toList();
    }

    /** Bytes of a value as it lies in the arena, before alignment. */
    public static int packedBytes(TensorShape shape, int bits) {
        return Math.multiplyExact(shape.pixels(), Bits.bytes(shape.channels(), bits));
    }

    /**
     * Its nodes.
     *
     * @param bits of each value; 32 of an output that stays int32
     */
    public LayerSequence layers(ToIntFunction<String> bits) {
        List<Tensor> tensors =
                graph.values().stream().map(value -> tensor(value, bits)).toList();
        return new LayerSequence(
                tensors, outputs, operands, node -> outline(graph.nodes().get(node), bits));
    }

    /** Whatever its weights' bits, which may decide its kernel. */
    private KernelOutline outline(Node node, ToIntFunction<String> bits) {
        if (node.operator().weighted().isEmpty()) {
            return outline(node, bits, ANY_BITS);
        }
        return farthest.computeIfAbsent(
                key(node, bits, ANY_BITS),
                unseen -> WEIGHT_BITS.stream()
                        .map(weightBits -> outline(node, bits, weightBits))
                        .reduce(KernelOutline::orFarther)
                        .orElseThrow());
    }

    /** What one node needs by itself, or the block that it is fused in: no arena can be smaller. */
    public long nodeBytes(int node, Fusion fusion, ToIntFunction<String> bits) {
        int step = fusion.stepOf(node);
        return ArenaDemand.ofStep(layers(bits), fusion, step).leastBytes(step);
    }

    /**
     * Of the kernel that needs most to work in, beside the arena.
     *
     * @param weightBits of each weighted node
     */
    public long scratchBytes(ToIntFunction<String> bits, ToIntFunction<String> weightBits) {
        return graph.nodes().stream()
                .mapToLong(node -> {
                    boolean isWeighted = node.operator().weighted().isPresent();
                    return outline(node, bits, isWeighted ? weightBits.applyAsInt(node.name()) : ANY_BITS)
                            .scratchBytes();
                })
                .max()
                .orElse(0);
    }

    private KernelOutline outline(Node node, ToIntFunction<String> bits, int weightBits) {
        return outlines.computeIfAbsent(
                key(node, bits, weightBits),
                unseen ->
                        KernelOutline.of(node.operator(), inputs(node, bits), tensor(node.output(), bits), weightBits));
    }

    private List<Object> key(Node node, ToIntFunction<String> bits, int weightBits) {
        return List.of(node.name(), inputs(node, bits), tensor(node.output(), bits), weightBits);
    }

    private List<Tensor> inputs(Node node, ToIntFunction<String> bits) {
        return node.inputs().stream().map(input -> tensor(input, bits)).toList();
    }

    private Tensor tensor(String value, ToIntFunction<String> bits) {
        return new Tensor(value, graph.shape(value), bits.applyAsInt(value), 0, 1);
    }

    private int index(String value) {
        Integer index = indices.get(value);
        if (index == null) {
            throw new IllegalArgumentException("graph " + graph.name() + " has no value " + value);
        }
        return index;
    }
}
