// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** From when to when tensors are needed. A step is a layer; at its step a layer's inputs and output are all alive. */
public final class Liveness {
    private Liveness() {}

    /** By index of the tensor. */
    public static List<Lifetime> of(IntegerNetwork network) {
        return of(LayerSequence.of(network), Fusion.NONE);
    }

    /** Likewise; a block of fused layers is one step, at which there are buffers of rows for the tensors within it. */
    static List<Lifetime> of(LayerSequence layers, Fusion fusion) {
        int[] first = new int[layers.tensors().size()];
        int[] last = new int[first.length];
        int[] bytes = layers.tensors().stream().mapToInt(Tensor::packedBytes).toArray();
        for (int layer = 0; layer < layers.layers().size(); layer++) {
            int step = fusion.stepOf(layer);
            for (int read : layers.layers().get(layer).inputs()) {
                last[read] = step;
            }
            int written = layers.layers().get(layer).output();
            first[written] = step;
            last[written] = step;
        }
        int end = fusion.stepOf(layers.layers().size());
        layers.outputs().forEach(output -> last[output] = end);
        for (FusedBlock block : fusion.blocks()) {
            for (int position = 0; position < block.layers() - 1; position++) {
                int between = layers.layers().get(block.firstLayer() + position).output();
                bytes[between] = block.bufferRows(position) * layers.rowBytes(between);
            }
        }
        List<Lifetime> lifetimes = new ArrayList<>();
        for (int index = 0; index < first.length; index++) {
            lifetimes.add(new Lifetime(bytes[index], first[index], last[index]));
        }
        return List.copyOf(lifetimes);
    }

    /**
     * In the order of {@link Graph#values()}.
     *
     * @param bytes of a value
     */
    public static Map<String, Lifetime> of(Graph graph, ToIntFunction<String> bytes) {
        Map<String, Integer> first = new LinkedHashMap<>();
        Map<String, Integer> last = new LinkedHashMap<>();
        graph.inputs().forEach(input -> {
            first.put(input, 0);
            last.put(input, 0);
        });
        List<Node> nodes = graph.nodes();
        for (int step = 0; step < nodes.size(); step++) {
            Node node = nodes.get(step);
            for (String read : node.inputs()) {
                last.put(read, step);
            }
            first.put(node.output(), step);
            last.put(node.output(), step);
        }
        graph.outputs().forEach(output -> last.put(output, nodes.size()));
        Map<String, Lifetime> lifetimes = new LinkedHashMap<>();
        first.forEach((value, step) ->
                lifetimes.put(value, new Lifetime(bytes.applyAsInt(value), step, last.getOrDefault(value, step))));
        return lifetimes;
    }

    /** Largest sum of the aligned bytes alive at one step: no arena can be smaller. */
    public static int peakBytes(List<Lifetime> lifetimes) {
        long peak = 0;
        int steps = lifetimes.stream().mapToInt(Lifetime::lastStep).max().orElse(0);
        for (int step = 0; step <= steps; step++) {
            long alive = 0;
            for (Lifetime lifetime : lifetimes) {
                alive += lifetime.isAliveAt(step) ? lifetime.alignedBytes() : 0;
            }
            peak = Math.max(peak, alive);
        }
        return Math.toIntExact(peak);
    }
}
