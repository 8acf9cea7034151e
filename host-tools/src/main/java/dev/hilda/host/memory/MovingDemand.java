// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * A demand in which some tensors are two: one while its layer writes it, and one from the end of that layer on. Between two
 * layers there is a step for moving, at which these two may lie anyhow.
 *
 * @param demand with the later halves behind all tensors
 * @param later by index of the tensor: of its later half, or itself where it is one
 */
record MovingDemand(ArenaDemand demand, List<Integer> later) {
    /** @param movable indices of the tensors that may be moved */
    static MovingDemand of(ArenaDemand still, List<Integer> movable) {
        List<Lifetime> lifetimes = new ArrayList<>();
        List<Lifetime> halves = new ArrayList<>();
        List<Integer> later = new ArrayList<>();
        List<Overlap> overlaps = new ArrayList<>();
        int count = still.lifetimes().size();
        for (int index = 0; index < count; index++) {
            Lifetime whole = still.lifetimes().get(index);
            int written = 2 * whole.firstStep();
            int last = 2 * whole.lastStep();
            if (movable.contains(index)) {
                lifetimes.add(new Lifetime(whole.bytes(), written, written + 1));
                int half = count + halves.size();
                halves.add(new Lifetime(whole.bytes(), written + 1, last));
                later.add(half);
                overlaps.add(new Overlap(index, half, 0));
                overlaps.add(new Overlap(half, index, 0));
            } else {
                lifetimes.add(new Lifetime(whole.bytes(), written, last));
                later.add(index);
            }
        }
        lifetimes.addAll(halves);
        for (Overlap overlap : still.overlaps()) {
            overlaps.add(new Overlap(overlap.output(), later.get(overlap.input()), overlap.distanceBytes()));
        }
        return new MovingDemand(new ArenaDemand(lifetimes, overlaps, List.of()), List.copyOf(later));
    }

    /** A plan of this demand, told of the tensors that are whole. */
    ArenaPlan ofWholes(ArenaPlan halves) {
        List<Integer> writtenAt = halves.writtenAt().subList(0, later.size());
        List<Integer> readAt = later.stream().map(halves.writtenAt()::get).toList();
        return new ArenaPlan(halves.arenaBytes(), writtenAt, readAt);
    }
}
