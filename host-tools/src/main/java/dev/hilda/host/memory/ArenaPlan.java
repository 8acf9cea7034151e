// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Where each tensor lies in the arena. All offsets are multiples of {@link #ALIGNMENT_BYTES}.
 *
 * @param arenaBytes likewise
 * @param writtenAt by index of the tensor: where its layer writes it, or where the network's input is put
 * @param readAt where layers and the answer read it; elsewhere than it was written it has been moved, right after its layer
 */
public record ArenaPlan(int arenaBytes, List<Integer> writtenAt, List<Integer> readAt) {
    /** Kernels load words; logits are int32. */
    public static final int ALIGNMENT_BYTES = 4;

    public ArenaPlan {
        writtenAt = List.copyOf(writtenAt);
        readAt = List.copyOf(readAt);
        IntStream.concat(writtenAt.stream().mapToInt(at -> at), readAt.stream().mapToInt(at -> at))
                .forEach(offset -> requireOffset(offset, arenaBytes));
    }

    /** Of tensors that stay where they are written. */
    public ArenaPlan(int arenaBytes, List<Integer> offsetBytes) {
        this(arenaBytes, offsetBytes, offsetBytes);
    }

    private static void requireOffset(int offset, int arenaBytes) {
        if (offset < 0 || offset % ALIGNMENT_BYTES != 0 || offset > arenaBytes) {
            throw new IllegalArgumentException("offset " + offset + " in an arena of " + arenaBytes + " bytes");
        }
    }

    public boolean isMoved(int tensor) {
        return !writtenAt.get(tensor).equals(readAt.get(tensor));
    }

    /** Indices of the tensors that are moved. */
    public List<Integer> moved() {
        return IntStream.range(0, writtenAt.size())
                .filter(this::isMoved)
                .boxed()
                .toList();
    }
}
