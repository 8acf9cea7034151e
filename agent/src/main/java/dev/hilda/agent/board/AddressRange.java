// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRole;
import java.util.Comparator;
import java.util.List;

/**
 * A range of the chip's 32-bit address space.
 *
 * @param startAddress first byte, 0–0xFFFFFFFF
 * @param sizeBytes at least 1
 */
public record AddressRange(long startAddress, long sizeBytes) {
    private static final long ADDRESS_SPACE_BYTES = 1L << 32;

    public AddressRange {
        if (startAddress < 0 || sizeBytes < 1 || startAddress + sizeBytes > ADDRESS_SPACE_BYTES) {
            throw new IllegalArgumentException(
                    "not a range of 32-bit addresses: start " + startAddress + ", size " + sizeBytes + " bytes");
        }
    }

    /** A board's memories for a purpose, in the order of their addresses. */
    public static List<AddressRange> memoriesOf(BoardProfile profile, MemoryRole role) {
        return profile.memory().stream()
                .filter(region -> region.isFor(role))
                .map(region -> new AddressRange(region.origin(), region.sizeBytes()))
                .sorted(Comparator.comparingLong(AddressRange::startAddress))
                .toList();
    }

    /** First address behind the range. */
    public long endAddress() {
        return startAddress + sizeBytes;
    }

    public boolean contains(AddressRange other) {
        return startAddress <= other.startAddress && other.endAddress() <= endAddress();
    }

    public boolean overlaps(AddressRange other) {
        return startAddress < other.endAddress() && other.startAddress < endAddress();
    }

    @Override
    public String toString() {
        return String.format("0x%08x-0x%08x", startAddress, endAddress() - 1);
    }
}
