// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Which offsets of tensors go together. */
final class Placement {
    private static final int NOWHERE = -1;

    private final List<Lifetime> lifetimes;
    /** By index: those alive at some step with it. */
    private final int[][] neighbours;
    /** By the lower tensor, then the upper one: at least so far apart their offsets are. */
    private final int[][] distances;
    /** By index: of what a tensor is the later half, which best stays there; else nowhere. */
    private final int[] origins;

    Placement(ArenaDemand demand) {
        this.lifetimes = demand.lifetimes();
        int count = lifetimes.size();
        this.neighbours = new int[count][];
        this.distances = new int[count][count];
        this.origins = nowhere();
        for (int index = 0; index < count; index++) {
            int of = index;
            neighbours[index] = IntStream.range(0, count)
                    .filter(other -> other != of && lifetimes.get(of).overlaps(lifetimes.get(other)))
                    .toArray();
            Arrays.fill(distances[index], bytes(index));
        }
        for (Overlap overlap : demand.overlaps()) {
            distances[overlap.output()][overlap.input()] = Math.min(overlap.distanceBytes(), bytes(overlap.output()));
        }
        for (Overlap overlap : demand.overlaps()) {
            boolean isLater = lifetime(overlap.output()).firstStep()
                    > lifetime(overlap.input()).firstStep();
            // Both ways only the halves of a tensor may lie on each other.
            if (isLater && distances[overlap.input()][overlap.output()] == 0) {
                origins[overlap.output()] = overlap.input();
            }
        }
    }

    int bytes(int index) {
        return lifetimes.get(index).alignedBytes();
    }

    Lifetime lifetime(int index) {
        return lifetimes.get(index);
    }

    /** Offsets of which none is decided. */
    int[] nowhere() {
        int[] offsets = new int[lifetimes.size()];
        Arrays.fill(offsets, NOWHERE);
        return offsets;
    }

    static void remove(int index, int[] offsets) {
        offsets[index] = NOWHERE;
    }

    /** Whether a tensor may lie there, of those placed. */
    boolean fits(int index, int offset, int[] offsets) {
        if (offset < 0) {
            return false;
        }
        for (int other : neighbours[index]) {
            boolean isApart = offsets[other] == NOWHERE
                    || offsets[other] - offset >= distances[index][other]
                    || offset - offsets[other] >= distances[other][index];
            if (!isApart) {
                return false;
            }
        }
        return true;
    }

    /** Where the earlier half of a tensor lies, if it has one. */
    IntStream origin(int index, int[] offsets) {
        return origins[index] == NOWHERE ? IntStream.empty() : IntStream.of(offsets[origins[index]]);
    }

    /** Offsets at which a tensor touches the arena's start or one of those placed, from above or below. */
    IntStream beside(int index, int[] offsets) {
        return IntStream.concat(
                        IntStream.of(0),
                        Arrays.stream(neighbours[index])
                                .filter(other -> offsets[other] != NOWHERE)
                                .flatMap(other -> IntStream.of(
                                        offsets[other] - distances[index][other],
                                        offsets[other] + distances[other][index])))
                .distinct();
    }

    ArenaPlan plan(int[] offsets) {
        int arena = IntStream.range(0, offsets.length)
                .map(index -> Math.addExact(offsets[index], bytes(index)))
                .max()
                .orElse(0);
        return new ArenaPlan(arena, IntStream.of(offsets).boxed().toList());
    }
}
