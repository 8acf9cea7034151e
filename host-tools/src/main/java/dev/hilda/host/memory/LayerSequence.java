// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.KernelOutline;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.kernel.RowReads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Layers in the order of execution, as memory sees them: those of a network, or those that a graph's nodes will be.
 *
 * @param outputs indices of tensors that stay
 * @param outlines of each layer's kernel, by its index: only of those that are asked for, as they take long
 */
public record LayerSequence(
        List<Tensor> tensors, List<Integer> outputs, List<Operands> layers, IntFunction<KernelOutline> outlines) {
    /** Indices of the tensors that a layer reads and writes. */
    public record Operands(List<Integer> inputs, int output) {
        public Operands {
            inputs = List.copyOf(inputs);
        }
    }

    public LayerSequence {
        tensors = List.copyOf(tensors);
        outputs = List.copyOf(outputs);
        layers = List.copyOf(layers);
    }

    /** Of a network. Not thread-safe: it remembers outlines. */
    public static LayerSequence of(IntegerNetwork network) {
        List<Operands> layers = network.layers().stream()
                .map(layer -> new Operands(layer.inputs(), layer.output()))
                .toList();
        Map<Integer, KernelOutline> known = new HashMap<>();
        IntFunction<KernelOutline> outlines = index -> known.computeIfAbsent(index, unseen -> {
            Layer layer = network.layers().get(unseen);
            return KernelScheme.of(network, layer).outline();
        });
        return new LayerSequence(network.tensors(), network.outputs(), layers, outlines);
    }

    /** Of all rows between the layers of a block. */
    public long bufferBytes(FusedBlock block) {
        long bytes = 0;
        for (int position = 0; position < block.layers() - 1; position++) {
            int between = layers.get(block.firstLayer() + position).output();
            bytes += (long) block.bufferRows(position) * rowBytes(between);
        }
        return bytes;
    }

    int rowBytes(int tensor) {
        Tensor rows = tensors.get(tensor);
        return rows.shape().width() * rows.pixelBytes();
    }

    /** Of a layer that can be fused: with one input, and a kernel that can be called for some rows alone. */
    Optional<RowReads> rows(int layer) {
        return layers.get(layer).inputs().size() == 1 ? outlines.apply(layer).rows() : Optional.empty();
    }

    /** Whether nothing but this layer reads what the one before it writes. */
    boolean continues(int layer) {
        int between = layers.get(layer - 1).output();
        long readers = layers.stream()
                .flatMap(each -> each.inputs().stream())
                .filter(input -> input == between)
                .count();
        return readers == 1 && layers.get(layer).inputs().contains(between) && !outputs.contains(between);
    }

    /**
     * A block of layers.
     *
     * @throws IllegalArgumentException when they cannot be fused
     */
    public FusedBlock block(int firstLayer, int lastLayer, int rowsPerTurn) {
        List<RowReads> reads = new ArrayList<>();
        for (int layer = firstLayer; layer <= lastLayer; layer++) {
            Optional<RowReads> rows = rows(layer);
            if (rows.isEmpty() || (layer > firstLayer && !continues(layer))) {
                throw new IllegalArgumentException("layers " + firstLayer + " to " + lastLayer
                        + " cannot be fused: layer " + layer + " does not go on by rows");
            }
            reads.add(rows.get());
        }
        return FusedBlock.of(firstLayer, reads, rowsPerTurn);
    }
}
