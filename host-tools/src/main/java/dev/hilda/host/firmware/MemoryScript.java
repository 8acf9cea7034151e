// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRegion;
import dev.hilda.profile.MemoryRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The part of a linker script that says which memories a board has: {@code MEMORY} by the names of its profile, and an
 * alias for each role that a port uses. Neighbouring regions with the same role are one memory to the linker.
 */
final class MemoryScript {
    private final BoardProfile profile;

    private MemoryScript(BoardProfile profile) {
        this.profile = profile;
    }

    /**
     * The script of a board.
     *
     * @param roles that the port places something into
     * @throws BenchFailure of kind build when a role has no memory, or none of its own in one piece
     */
    static String of(BoardProfile profile, List<MemoryRole> roles) {
        MemoryScript script = new MemoryScript(profile);
        Map<MemoryRole, MemoryRegion> memories = new LinkedHashMap<>();
        roles.forEach(role -> memories.put(role, script.memory(role)));
        List<MemoryRegion> distinct = memories.values().stream().distinct().toList();
        script.requireApart(distinct);
        StringBuilder text = new StringBuilder("/* Generated from the board's profile. */\nMEMORY {\n");
        distinct.forEach(memory -> text.append(String.format(
                Locale.ROOT,
                "    %s : ORIGIN = 0x%08X, LENGTH = %d%n",
                memory.name(),
                memory.origin(),
                memory.sizeBytes())));
        text.append("}\n");
        memories.forEach(
                (role, memory) -> text.append("REGION_ALIAS(\"" + role.name() + "\", " + memory.name() + ")\n"));
        return text.toString();
    }

    /** The regions for a role as one. */
    private MemoryRegion memory(MemoryRole role) {
        List<MemoryRegion> regions = profile.memory().stream()
                .filter(region -> region.isFor(role))
                .sorted((one, other) -> Long.compare(one.origin(), other.origin()))
                .toList();
        long sizeBytes = regions.stream().mapToLong(MemoryRegion::sizeBytes).sum();
        if (regions.isEmpty()
                || regions.get(regions.size() - 1).end() - regions.get(0).origin() != sizeBytes) {
            throw failure("memory with role " + role.label() + " in one piece", names(regions));
        }
        return regions.size() == 1
                ? regions.get(0)
                : new MemoryRegion(
                        regions.stream().map(MemoryRegion::name).collect(Collectors.joining("_")),
                        regions.get(0).origin(),
                        sizeBytes,
                        List.of());
    }

    /** The linker would fill an address twice. */
    private void requireApart(List<MemoryRegion> memories) {
        List<MemoryRegion> earlier = new ArrayList<>();
        for (MemoryRegion memory : memories) {
            for (MemoryRegion other : earlier) {
                if (memory.overlaps(other)) {
                    throw failure(
                            "roles that share a memory whole or not at all", memory.name() + " and " + other.name());
                }
            }
            earlier.add(memory);
        }
    }

    private static String names(List<MemoryRegion> regions) {
        return regions.isEmpty()
                ? "none"
                : regions.stream().map(MemoryRegion::name).collect(Collectors.joining(", "));
    }

    private BenchFailure failure(String expected, String actual) {
        return BenchFailure.of(FailureKind.BUILD, "place the firmware")
                .board(profile.name())
                .expected(expected)
                .actual(actual)
                .remedy("correct the roles in the profile's memory")
                .failure();
    }
}
