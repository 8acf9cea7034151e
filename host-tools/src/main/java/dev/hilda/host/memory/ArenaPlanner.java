// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.IntegerNetwork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Packs tensors into one arena: those alive at the same step lie apart, but for what an {@link Overlap} allows. A search
 * tries arenas between the lower bound (the most that one step needs by itself) and what first fit takes, halving what lies
 * between. Of a chain it finds the smallest arena there is, of other networks a small one.
 *
 * <p>Results are written below what they are made of: from layer to layer they sink, until one no longer has room for what
 * its layer makes of it. Where it saves enough, such a tensor is moved between two layers.
 */
public final class ArenaPlanner {
    /** Of the arena must be saved for a move, which costs about a cycle a byte. */
    private static final int SHARE_WORTH_A_MOVE = 16;

    private final ArenaDemand demand;
    private final Placement placement;

    private ArenaPlanner(ArenaDemand demand) {
        this.demand = demand;
        this.placement = new Placement(demand);
    }

    /** Of a network of which nothing is fused; deterministic. */
    public static ArenaPlan plan(IntegerNetwork network) {
        return plan(ArenaDemand.of(network));
    }

    /** Offsets in the order of {@link ArenaDemand#lifetimes()}. */
    public static ArenaPlan plan(ArenaDemand demand) {
        ArenaPlan still = withoutMoves(demand);
        int worthMoving = still.arenaBytes() - still.arenaBytes() / SHARE_WORTH_A_MOVE;
        if (demand.leastBytes() > worthMoving) {
            return still;
        }
        MovingDemand moving = MovingDemand.of(demand, demand.movable());
        ArenaPlan moved = moving.ofWholes(new ArenaPlanner(moving.demand()).smallest());
        return moved.arenaBytes() <= worthMoving ? withFewMoves(demand, moved) : still;
    }

    /** With every tensor where it is written. */
    static ArenaPlan withoutMoves(ArenaDemand demand) {
        return new ArenaPlanner(demand).smallest();
    }

    /** In the same arena, each move tried to do without, the largest first. */
    private static ArenaPlan withFewMoves(ArenaDemand demand, ArenaPlan plan) {
        ArenaPlan best = plan;
        List<Integer> movable = new ArrayList<>(plan.moved());
        Comparator<Integer> largest =
                Comparator.comparing(index -> -demand.lifetimes().get(index).bytes());
        for (int index : plan.moved().stream().sorted(largest).toList()) {
            List<Integer> others =
                    movable.stream().filter(other -> other != index).toList();
            MovingDemand moving = MovingDemand.of(demand, others);
            Optional<ArenaPlan> found = new ArenaSearch(new Placement(moving.demand()), plan.arenaBytes()).find();
            if (found.isPresent()) {
                best = moving.ofWholes(found.get());
                movable = new ArrayList<>(others);
            }
        }
        return best;
    }

    private ArenaPlan smallest() {
        ArenaPlan best = firstFit();
        int infeasible = demand.leastBytes() - ArenaPlan.ALIGNMENT_BYTES;
        // Chains mostly get the bound itself.
        int arena = demand.leastBytes();
        while (arena < best.arenaBytes()) {
            Optional<ArenaPlan> found = new ArenaSearch(placement, arena).find();
            if (found.isPresent()) {
                best = found.get();
            } else {
                infeasible = arena;
            }
            int units = (best.arenaBytes() - infeasible) / ArenaPlan.ALIGNMENT_BYTES;
            arena = infeasible + Math.max(1, units / 2) * ArenaPlan.ALIGNMENT_BYTES;
        }
        return best;
    }

    private ArenaPlan firstFit() {
        Function<Integer, Lifetime> lifetime = index -> demand.lifetimes().get(index);
        Comparator<Integer> largest =
                Comparator.comparing(index -> -lifetime.apply(index).bytes());
        Comparator<Integer> longest = Comparator.comparing(index ->
                lifetime.apply(index).firstStep() - lifetime.apply(index).lastStep());
        Comparator<Integer> asExecuted =
                Comparator.comparing(index -> lifetime.apply(index).firstStep());
        return List.of(largest, longest.thenComparing(largest), asExecuted.thenComparing(largest)).stream()
                .map(this::firstFit)
                .min(Comparator.comparing(ArenaPlan::arenaBytes))
                .orElseThrow();
    }

    /** Each tensor in turn at the lowest offset where it may lie. */
    private ArenaPlan firstFit(Comparator<Integer> order) {
        int[] offsets = placement.nowhere();
        IntStream.range(0, offsets.length)
                .boxed()
                .sorted(order)
                .forEach(index -> offsets[index] = placement
                        .beside(index, offsets)
                        .filter(offset -> placement.fits(index, offset, offsets))
                        .min()
                        .orElseThrow());
        return placement.plan(offsets);
    }
}
