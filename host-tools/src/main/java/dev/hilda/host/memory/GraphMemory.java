// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.kernel.KernelOutline;
import java.util.ArrayList;
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

    private final Graph graph;
    private final Map<String, Integer> indices = new HashMap<>();
    /** Of one byte each. */
    private final Map<String, Lifetime> lifetimes;

    private final Map<List<Object>, KernelOutline> outlines = new HashMap<>();

    public GraphMemory(Graph canonical) {
        this.graph = canonical;
        this.lifetimes = Liveness.of(canonical, value -> 1);
        canonical.values().forEach(value -> indices.put(value, indices.size()));
    }

    /** Bytes of a value as it lies in the arena, before alignment. */
    public static int packedBytes(TensorShape shape, int bits) {
        return Math.multiplyExact(shape.pixels(), Bits.bytes(shape.channels(), bits));
    }

    /**
     * The arena's.
     *
     * @param bits of each value; 32 of an output that stays int32
     */
    public ArenaDemand demand(ToIntFunction<String> bits) {
        List<Lifetime> packed = lifetimes(bits);
        List<Overlap> overlaps = new ArrayList<>();
        for (int step = 0; step < graph.nodes().size(); step++) {
            overlaps.addAll(overlaps(step, bits, packed));
        }
        List<Integer> written =
                graph.nodes().stream().map(node -> index(node.output())).toList();
        return ArenaDemand.of(packed, overlaps, written);
    }

    /** What one node needs by itself: no arena can be smaller. */
    public long nodeBytes(int step, ToIntFunction<String> bits) {
        List<Lifetime> packed = lifetimes(bits);
        return new ArenaDemand(packed, overlaps(step, bits, packed), List.of()).leastBytes(step);
    }

    private List<Lifetime> lifetimes(ToIntFunction<String> bits) {
        List<Lifetime> packed = new ArrayList<>();
        lifetimes.forEach((value, alive) -> packed.add(new Lifetime(
                packedBytes(graph.shape(value), bits.applyAsInt(value)), alive.firstStep(), alive.lastStep())));
        return packed;
    }

    private List<Overlap> overlaps(int step, ToIntFunction<String> bits, List<Lifetime> packed) {
        Node node = graph.nodes().get(step);
        List<Integer> inputs = node.inputs().stream().map(this::index).toList();
        return ArenaDemand.overlaps(
                step,
                inputs,
                index(node.output()),
                outline(node, bits, ANY_BITS).reach(),
                packed);
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
        List<Tensor> inputs =
                node.inputs().stream().map(input -> tensor(input, bits)).toList();
        Tensor output = tensor(node.output(), bits);
        List<Object> key = List.of(node.name(), inputs, output, weightBits);
        return outlines.computeIfAbsent(key, unseen -> KernelOutline.of(node.operator(), inputs, output, weightBits));
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
