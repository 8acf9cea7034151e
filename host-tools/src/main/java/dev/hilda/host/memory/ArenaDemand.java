// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.kernel.Reach;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        List<Lifetime> lifetimes = Liveness.of(network);
        List<Overlap> overlaps = new ArrayList<>();
        List<Integer> written = new ArrayList<>();
        for (int step = 0; step < network.layers().size(); step++) {
            Layer layer = network.layers().get(step);
            List<Reach> reach = KernelScheme.of(network, layer).reach();
            overlaps.addAll(overlaps(step, layer.inputs(), layer.output(), reach, lifetimes));
            written.add(layer.output());
        }
        return of(lifetimes, overlaps, written);
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
    static List<Overlap> overlaps(
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
