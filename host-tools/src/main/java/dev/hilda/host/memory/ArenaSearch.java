// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Looks for offsets within an arena, depth first in order of execution, trying for each tensor both ends of the arena and
 * the places beside those that are alive with it, first of all that where it lies before it may be moved. In a chain the
 * offsets at which a tensor can lie end with two of these, so that nothing is missed. What failed is not tried again: what
 * follows depends only on where the tensors alive lie.
 */
final class ArenaSearch {
    private static final int MOST_ATTEMPTS = 20_000;

    private final Placement placement;
    private final int arena;
    private final int[] offsets;
    private final List<Integer> order;
    private final Set<List<Integer>> failed = new HashSet<>();
    private int attempts;

    ArenaSearch(Placement placement, int arenaBytes) {
        this.placement = placement;
        this.arena = arenaBytes;
        this.offsets = placement.nowhere();
        this.order = IntStream.range(0, offsets.length)
                .boxed()
                .sorted(Comparator.comparing(index -> placement.lifetime(index).firstStep()))
                .toList();
    }

    /** Empty where there are none, or too many ways to try. */
    Optional<ArenaPlan> find() {
        return place(0) ? Optional.of(placement.plan(offsets)) : Optional.empty();
    }

    private boolean place(int depth) {
        if (depth == order.size()) {
            return true;
        }
        List<Integer> state = state(depth);
        if (failed.contains(state)) {
            return false;
        }
        int index = order.get(depth);
        int top = arena - placement.bytes(index);
        int[] candidates = Stream.of(
                        placement.origin(index, offsets), IntStream.of(top), placement.beside(index, offsets))
                .flatMapToInt(some -> some)
                .distinct()
                .toArray();
        for (int offset : candidates) {
            if (offset <= top && placement.fits(index, offset, offsets)) {
                if (attempts++ > MOST_ATTEMPTS) {
                    return false;
                }
                offsets[index] = offset;
                if (place(depth + 1)) {
                    return true;
                }
                Placement.remove(index, offsets);
            }
        }
        failed.add(state);
        return false;
    }

    /** How many are placed, and where those lie that are alive when the next is made. */
    private List<Integer> state(int depth) {
        int step = placement.lifetime(order.get(depth)).firstStep();
        return IntStream.concat(
                        IntStream.of(depth),
                        order.subList(0, depth).stream()
                                .filter(index -> placement.lifetime(index).lastStep() >= step)
                                .mapToInt(index -> offsets[index]))
                .boxed()
                .toList();
    }
}
