// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.IntegerNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Packs tensors into one arena so that those alive at the same step do not overlap. A bounded search tries arenas from
 * the lower bound (the largest sum of bytes alive) upwards; best fit in several orders bounds it from above. Chains get
 * the lower bound, the largest input + output.
 */
public final class ArenaPlanner {
    private static final int ATTEMPTS_PER_ARENA = 20_000;
    private static final int ARENAS = 24;

    private final List<Lifetime> lifetimes;
    private final List<List<Integer>> neighbours;

    private ArenaPlanner(List<Lifetime> lifetimes) {
        this.lifetimes = lifetimes;
        this.neighbours = IntStream.range(0, lifetimes.size())
                .mapToObj(index -> IntStream.range(0, lifetimes.size())
                        .filter(other -> other != index && lifetimes.get(index).overlaps(lifetimes.get(other)))
                        .boxed()
                        .toList())
                .toList();
    }

    /** Deterministic. The network's inputs are in the arena from the start; its outputs stay after the last layer. */
    public static ArenaPlan plan(IntegerNetwork network) {
        return plan(Liveness.of(network));
    }

    /** Offsets in the order of {@code lifetimes}. */
    public static ArenaPlan plan(List<Lifetime> lifetimes) {
        return new ArenaPlanner(List.copyOf(lifetimes)).plan();
    }

    private ArenaPlan plan() {
        ArenaPlan best = bestFit();
        int bound = Liveness.peakBytes(lifetimes);
        int gap = best.arenaBytes() - bound;
        int step = Math.max(1, gap / ARENAS / ArenaPlan.ALIGNMENT_BYTES) * ArenaPlan.ALIGNMENT_BYTES;
        for (int arena = bound; arena < best.arenaBytes(); arena += step) {
            Search search = new Search(arena);
            if (search.place(0)) {
                return search.plan();
            }
        }
        return best;
    }

    private ArenaPlan bestFit() {
        Comparator<Integer> largest =
                Comparator.comparing(index -> -lifetimes.get(index).bytes());
        Comparator<Integer> longest = Comparator.comparing(
                index -> lifetimes.get(index).firstStep() - lifetimes.get(index).lastStep());
        Comparator<Integer> asExecuted =
                Comparator.comparing(index -> lifetimes.get(index).firstStep());
        return List.of(largest, longest.thenComparing(largest), asExecuted.thenComparing(largest)).stream()
                .map(this::bestFit)
                .min(Comparator.comparing(ArenaPlan::arenaBytes))
                .orElseThrow();
    }

    /** Each tensor in turn where the smallest gap holds it, else at the lowest offset above all. */
    private ArenaPlan bestFit(Comparator<Integer> order) {
        int[] offsets = unplaced();
        int arena = 0;
        for (int index :
                IntStream.range(0, offsets.length).boxed().sorted(order).toList()) {
            offsets[index] = smallestGap(index, offsets);
            arena = Math.max(
                    arena, Math.addExact(offsets[index], lifetimes.get(index).alignedBytes()));
        }
        return new ArenaPlan(arena, IntStream.of(offsets).boxed().toList());
    }

    private int smallestGap(int index, int[] offsets) {
        List<Integer> placed = neighbours.get(index).stream()
                .filter(other -> offsets[other] >= 0)
                .sorted(Comparator.comparing(other -> offsets[other]))
                .toList();
        int size = lifetimes.get(index).alignedBytes();
        int free = 0;
        int best = -1;
        int smallest = Integer.MAX_VALUE;
        for (int other : placed) {
            int gap = offsets[other] - free;
            if (gap >= size && gap < smallest) {
                smallest = gap;
                best = free;
            }
            free = Math.max(free, offsets[other] + lifetimes.get(other).alignedBytes());
        }
        return best >= 0 ? best : free;
    }

    private int[] unplaced() {
        int[] offsets = new int[lifetimes.size()];
        Arrays.fill(offsets, -1);
        return offsets;
    }

    /** Depth first, in order of execution: both ends of the arena, then beside what is placed. */
    private final class Search {
        private final int arena;
        private final int[] offsets = unplaced();
        private final List<Integer> order = IntStream.range(0, lifetimes.size())
                .boxed()
                .sorted(Comparator.comparing(index -> lifetimes.get(index).firstStep()))
                .toList();
        private int attempts;

        Search(int arena) {
            this.arena = arena;
        }

        boolean place(int depth) {
            if (depth == order.size()) {
                return true;
            }
            int index = order.get(depth);
            for (int offset : candidates(index)) {
                if (attempts++ > ATTEMPTS_PER_ARENA) {
                    return false;
                }
                if (isFree(index, offset)) {
                    offsets[index] = offset;
                    if (place(depth + 1)) {
                        return true;
                    }
                    offsets[index] = -1;
                }
            }
            return false;
        }

        private List<Integer> candidates(int index) {
            int size = lifetimes.get(index).alignedBytes();
            List<Integer> candidates = new ArrayList<>(List.of(0, arena - size));
            for (int other : neighbours.get(index)) {
                if (offsets[other] >= 0) {
                    candidates.add(offsets[other] + lifetimes.get(other).alignedBytes());
                    candidates.add(offsets[other] - size);
                }
            }
            return candidates.stream().distinct().toList();
        }

        private boolean isFree(int index, int offset) {
            int end = offset + lifetimes.get(index).alignedBytes();
            return offset >= 0
                    && end <= arena
                    && neighbours.get(index).stream()
                            .filter(other -> offsets[other] >= 0)
                            .allMatch(other -> end <= offsets[other]
                                    || offsets[other] + lifetimes.get(other).alignedBytes() <= offset);
        }

        ArenaPlan plan() {
            return new ArenaPlan(arena, IntStream.of(offsets).boxed().toList());
        }
    }
}
