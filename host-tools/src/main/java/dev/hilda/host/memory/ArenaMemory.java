// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRegion;
import dev.hilda.profile.MemoryRole;
import java.util.stream.Collectors;

/** Which of a board's memories a network's arena lies in. */
public enum ArenaMemory {
    /** That of data, beside what kernels work in: without a cache before it, no line of it is ever missed. */
    DATA(MemoryRole.DATA),
    ACTIVATIONS(MemoryRole.ACTIVATIONS);

    /** As the arena and what kernels work in are aligned there. */
    private static final int ALIGNMENT_BYTES = 32;

    private final MemoryRole role;

    ArenaMemory(MemoryRole role) {
        this.role = role;
    }

    /**
     * The memory of data, where all fits there.
     *
     * @param scratchBytes of the kernel that needs most to work in
     * @param dataBytes that the memory of data has for a network
     */
    public static ArenaMemory of(long arenaBytes, long scratchBytes, long dataBytes) {
        return aligned(arenaBytes) + aligned(scratchBytes) <= dataBytes ? DATA : ACTIVATIONS;
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    }

    /** By the names of a profile. */
    public String nameOn(BoardProfile profile) {
        return profile.memory().stream()
                .filter(region -> region.isFor(role))
                .map(MemoryRegion::name)
                .collect(Collectors.joining("_"));
    }
}
