// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.List;

/**
 * A memory as the core sees it.
 *
 * @param origin first address, 0…0xFFFFFFFF
 * @param sizeBytes size; origin + size is at most 2^32
 */
public record MemoryRegion(String name, long origin, long sizeBytes, List<MemoryRole> roles) {
    private static final long ADDRESS_SPACE_BYTES = 1L << 32;

    public MemoryRegion {
        roles = List.copyOf(roles);
        Require.that(origin >= 0 && sizeBytes > 0, "region " + name + " needs an address and a positive size");
        Require.that(
                origin + sizeBytes <= ADDRESS_SPACE_BYTES, "region " + name + " ends beyond the 32-bit address space");
    }

    /** The first address after the region. */
    public long end() {
        return origin + sizeBytes;
    }

    public boolean overlaps(MemoryRegion other) {
        return origin < other.end() && other.origin < end();
    }

    public boolean isFor(MemoryRole role) {
        return roles.contains(role);
    }
}
