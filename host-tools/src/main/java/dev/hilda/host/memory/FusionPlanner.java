// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Chooses what to fuse by shortest paths, as msf-CNN does (Huang et al. 2025, arXiv 2505.11483, section 5): positions between
 * layers are nodes, a layer or a block of them is an edge, which needs some RAM and costs some work. Rows are kept rather
 * than computed again (StreamNet, Zheng et al. 2023), so that the extra work is moving them, unpacking weights for each call,
 * and the calls.
 */
public final class FusionPlanner {
    /** What a call costs beside its rows, in bytes moved: both take about a cycle each. */
    private static final long CALL_BYTES = 200;

    /**
     * A layer, or a block.
     *
     * @param block empty where it is one layer
     * @param bytes that it needs by itself, of the arena
     * @param extraBytes moved or unpacked again, calls counted as {@link #CALL_BYTES}
     */
    private record Edge(int from, int to, Optional<FusedBlock> block, long bytes, long extraBytes) {}

    private final LayerSequence layers;
    /** By where they end. */
    private final List<List<Edge>> edges = new ArrayList<>();

    private FusionPlanner(LayerSequence layers) {
        this.layers = layers;
        int count = layers.layers().size();
        for (int end = 0; end <= count; end++) {
            edges.add(new ArrayList<>());
        }
        for (int first = 0; first < count; first++) {
            add(first);
        }
    }

    /**
     * The plan of a network; deterministic. Where nothing fits, the smallest there is.
     *
     * @param ramBytes that its arena should fit
     */
    public static NetworkPlan plan(LayerSequence layers, FusionMode mode, long ramBytes) {
        NetworkPlan unfused = NetworkPlan.of(layers, Fusion.NONE);
        if (mode == FusionMode.OFF
                || (mode == FusionMode.AUTO && unfused.arena().arenaBytes() <= ramBytes)) {
            return unfused;
        }
        FusionPlanner planner = new FusionPlanner(layers);
        Optional<NetworkPlan> cheapest = mode == FusionMode.AUTO ? planner.within(ramBytes) : Optional.empty();
        return cheapest.orElseGet(() -> planner.smallest(unfused));
    }

    /** All edges that begin with a layer. */
    private void add(int first) {
        edges.get(first + 1).add(new Edge(first, first + 1, Optional.empty(), bytes(first, Fusion.NONE), 0));
        if (layers.rows(first).isEmpty()) {
            return;
        }
        int count = layers.layers().size();
        for (int last = first + 1; last < count && layers.continues(last); last++) {
            if (layers.rows(last).isEmpty()) {
                return;
            }
            int rows = layers.rows(last).orElseThrow().outputRows();
            for (int rowsPerTurn = 1; rowsPerTurn < rows; rowsPerTurn *= 2) {
                FusedBlock block = layers.block(first, last, rowsPerTurn);
                long bytes = bytes(first, new Fusion(List.of(block)));
                edges.get(last + 1)
                        .add(new Edge(first, last + 1, Optional.of(block), bytes, extraBytes(layers, block)));
            }
        }
    }

    private long bytes(int firstLayer, Fusion fusion) {
        int step = fusion.stepOf(firstLayer);
        return ArenaDemand.ofStep(layers, fusion, step).leastBytes(step);
    }

    /** What a block costs beside its rows. */
    static long extraBytes(LayerSequence layers, FusedBlock block) {
        long bytes = CALL_BYTES * block.turns() * block.layers();
        for (int position = 0; position < block.layers(); position++) {
            bytes += (block.turns() - 1) * block.reads().get(position).repeatedBytes();
            if (position < block.layers() - 1) {
                int between = layers.layers().get(block.firstLayer() + position).output();
                bytes += (long) block.movedRows(position) * layers.rowBytes(between);
            }
        }
        return bytes;
    }

    /** The cheapest whose arena fits; that may need more than any of its steps does by itself. */
    private Optional<NetworkPlan> within(long ramBytes) {
        long bound = ramBytes;
        while (true) {
            Optional<List<Edge>> path = cheapest(bound);
            if (path.isEmpty()) {
                return Optional.empty();
            }
            NetworkPlan plan = NetworkPlan.of(layers, fusion(path.get()));
            if (plan.arena().arenaBytes() <= ramBytes) {
                return Optional.of(plan);
            }
            bound = path.get().stream().mapToLong(Edge::bytes).max().orElseThrow() - 1;
        }
    }

    /** The smallest arena need not be that of the smallest steps. */
    private NetworkPlan smallest(NetworkPlan unfused) {
        NetworkPlan best =
                NetworkPlan.of(layers, fusion(cheapest(leastPeakBytes()).orElseThrow()));
        if (unfused.arena().arenaBytes() <= best.arena().arenaBytes()) {
            best = unfused;
        }
        Optional<NetworkPlan> smaller = within(best.arena().arenaBytes() - 1L);
        while (smaller.isPresent()) {
            best = smaller.get();
            smaller = within(best.arena().arenaBytes() - 1L);
        }
        return best;
    }

    /** Of all paths, the least that their largest edges need. */
    private long leastPeakBytes() {
        long[] peaks = new long[edges.size()];
        for (int end = 1; end < edges.size(); end++) {
            peaks[end] = edges.get(end).stream()
                    .mapToLong(edge -> Math.max(peaks[edge.from()], edge.bytes()))
                    .min()
                    .orElseThrow();
        }
        return peaks[edges.size() - 1];
    }

    /** The path of least extra work whose edges need no more than these bytes; of such the one with fewest blocks' layers. */
    private Optional<List<Edge>> cheapest(long mostBytes) {
        long[] costs = new long[edges.size()];
        List<Optional<Edge>> best = new ArrayList<>(Collections.nCopies(edges.size(), Optional.empty()));
        for (int end = 1; end < edges.size(); end++) {
            costs[end] = Long.MAX_VALUE;
            for (Edge edge : edges.get(end)) {
                boolean isReached = edge.from() == 0 || best.get(edge.from()).isPresent();
                long cost = isReached ? costs[edge.from()] + edge.extraBytes() : Long.MAX_VALUE;
                if (edge.bytes() <= mostBytes && cost < costs[end]) {
                    costs[end] = cost;
                    best.set(end, Optional.of(edge));
                }
            }
        }
        List<Edge> path = new ArrayList<>();
        int end = edges.size() - 1;
        while (end > 0 && best.get(end).isPresent()) {
            Edge edge = best.get(end).orElseThrow();
            path.add(0, edge);
            end = edge.from();
        }
        return end == 0 ? Optional.of(path) : Optional.empty();
    }

    private static Fusion fusion(List<Edge> path) {
        return new Fusion(path.stream().flatMap(edge -> edge.block().stream()).toList());
    }
}
