// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.host.kernel.Reach;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be placed in one arena.
 *
 * @param lifetimes by index of the tensor
 * @param overlaps the pairs that may share memory though both are alive
 * @param movable indices of the tensors that a layer writes and a later one reads: they may be moved in between
 */
public record ArenaDemand(List<Lifetime> lifetimes, List<Overlap> overlaps, List<Integer> movable) {
    public ArenaDemand {
        lifetimes = List.copyOf(lifetimes);
        overlaps = List.copyOf(overlaps);
        movable = List.copyOf(movable);
    }

    /** Of a network's tensors. Its inputs are in the arena from the start; its outputs stay after the last layer. */
    public static ArenaDemand of(IntegerNetwork network) {
        return of(LayerSequence.of(network), Fusion.NONE);
    }

    /** Of layers of which some are fused: of tensors between these there are but buffers of rows. */
    public static ArenaDemand of(LayerSequence layers, Fusion fusion) {
        List<Lifetime> lifetimes = Liveness.of(layers, fusion);
        List<Overlap> overlaps = new ArrayList<>();
        List<Integer> written = new ArrayList<>();
        for (int layer = 0; layer < layers.layers().size(); layer++) {
            overlaps.addAll(overlaps(layers, fusion, layer, lifetimes));
            written.add(layers.layers().get(layer).output());
        }
        return of(lifetimes, overlaps, written);
    }

    /** As far as {@link #leastBytes(int)} of one step goes. */
    static ArenaDemand ofStep(LayerSequence layers, Fusion fusion, int step) {
        List<Lifetime> lifetimes = Liveness.of(layers, fusion);
        List<Overlap> overlaps = new ArrayList<>();
        for (int layer = 0; layer < layers.layers().size(); layer++) {
            if (fusion.stepOf(layer) == step) {
                overlaps.addAll(overlaps(layers, fusion, layer, lifetimes));
            }
        }
        return new ArenaDemand(lifetimes, overlaps, List.of());
    }

    /** Of what a layer writes. Within a block only the last layer's result may lie over anything, the block's input. */
    private static List<Overlap> overlaps(LayerSequence layers, Fusion fusion, int layer, List<Lifetime> lifetimes) {
        Optional<FusedBlock> fused = fusion.blockOf(layer);
        int step = fusion.stepOf(layer);
        int output = layers.layers().get(layer).output();
        if (fused.isEmpty()) {
            List<Reach> reach = layers.outlines().apply(layer).reach();
            return overlaps(step, layers.layers().get(layer).inputs(), output, reach, lifetimes);
        }
        FusedBlock block = fused.get();
        if (layer < block.lastLayer()) {
            return List.of();
        }
        List<Integer> inputs = layers.layers().get(block.firstLayer()).inputs();
        Reach reach = block.reach(layers.rowBytes(inputs.get(0)), layers.rowBytes(output));
        return overlaps(step, inputs, output, List.of(reach), lifetimes);
    }

    /** @param written indices of the tensors that layers write */
    static ArenaDemand of(List<Lifetime> lifetimes, List<Overlap> overlaps, List<Integer> written) {
        List<Integer> movable = written.stream()
                .filter(index ->
                        lifetimes.get(index).lastStep() > lifetimes.get(index).firstStep())
                .toList();
        return new ArenaDemand(lifetimes, overlaps, movable);
    }

    /**
     * Of what one layer reads for the last time.
     *
     * @param inputs indices, as often as the layer has them
     * @param reach of each
     */
    private static List<Overlap> overlaps(
            int step, List<Integer> inputs, int output, List<Reach> reach, List<Lifetime> lifetimes) {
        Map<Integer, Integer> distances = new LinkedHashMap<>();
        for (int position = 0; position < inputs.size(); position++) {
            int input = inputs.get(position);
            if (lifetimes.get(input).lastStep() == step) {
                int distance = Math.toIntExact(aligned(reach.get(position).behindBytes()));
                distances.merge(input, distance, Math::max);
            }
        }
        return distances.entrySet().stream()
                .map(dying -> new Overlap(output, dying.getKey(), dying.getValue()))
                .toList();
    }

    private static long aligned(long bytes) {
        return (bytes + ArenaPlan.ALIGNMENT_BYTES - 1) & -ArenaPlan.ALIGNMENT_BYTES;
    }

    /** Largest sum of the aligned bytes alive at one step: what is needed where nothing overlaps. */
    public int aliveBytes() {
        return Liveness.peakBytes(lifetimes);
    }

    /** The most that any step needs by itself: no arena can be smaller. */
    public int leastBytes() {
        int steps = lifetimes.stream().mapToInt(Lifetime::lastStep).max().orElse(0);
        long least = 0;
        for (int step = 0; step <= steps; step++) {
            least = Math.max(least, leastBytes(step));
        }
        return Math.toIntExact(least);
    }

    /**
     * What one step needs by itself. Dying inputs lie above the output's start in the order of their distances, each as low
     * as its own allows: jobs with release dates on one machine, for which that order is the best. What else is alive lies
     * beside them.
     */
    long leastBytes(int step) {
        List<Overlap> dying = overlaps.stream()
                .filter(overlap -> lifetimes.get(overlap.output()).firstStep() == step)
                .sorted(Comparator.comparing(Overlap::distanceBytes))
                .toList();
        long bytes = 0;
        for (Lifetime lifetime : lifetimes) {
            bytes += lifetime.isAliveAt(step) ? lifetime.alignedBytes() : 0;
        }
        if (dying.isEmpty()) {
            return bytes;
        }
        int output = lifetimes.get(dying.get(0).output()).alignedBytes();
        long end = 0;
        for (Overlap overlap : dying) {
            int input = lifetimes.get(overlap.input()).alignedBytes();
            bytes -= input;
            end = Math.max(end, Math.min(output, overlap.distanceBytes())) + input;
        }
        return bytes - output + Math.max(output, end);
    }
}
