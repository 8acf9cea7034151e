// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import java.util.List;

/**
 * Where each tensor lies in the arena.
 *
 * @param arenaBytes a multiple of {@link #ALIGNMENT_BYTES}
 * @param offsetBytes by index of the tensor; each a multiple of {@link #ALIGNMENT_BYTES}
 */
public record ArenaPlan(int arenaBytes, List<Integer> offsetBytes) {
    /** Kernels load words; logits are int32. */
    public static final int ALIGNMENT_BYTES = 4;

    public ArenaPlan {
        offsetBytes = List.copyOf(offsetBytes);
        for (int offset : offsetBytes) {
            if (offset < 0 || offset % ALIGNMENT_BYTES != 0 || offset > arenaBytes) {
                throw new IllegalArgumentException("offset " + offset + " in an arena of " + arenaBytes + " bytes");
            }
        }
    }
}
