// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRegion;
import java.util.List;

/** Whether what was linked lies in the memories that a board has. */
final class RegionCheck {
    static final String REMEDY = "quantize with a smaller --flash-budget or --ram-budget and without --paper-budget;"
            + " a file that keeps its own quantization, with --requantize";

    private RegionCheck() {}

    /**
     * @throws BenchFailure of kind build that names section and region
     */
    static void requireFits(LinkMap map, BoardProfile profile, String name) {
        for (LinkMap.Section section : map.sections()) {
            requireInside(section.name(), section.range(), profile, name);
            AddressRange stored =
                    new AddressRange(section.loadAddress(), section.range().sizeBytes());
            requireInside(section.name() + " as stored", stored, profile, name);
        }
    }

    private static void requireInside(String section, AddressRange range, BoardProfile profile, String name) {
        List<MemoryRegion> regions = profile.memory().stream()
                .filter(region -> region.origin() <= range.startAddress() && range.startAddress() < region.end())
                .toList();
        // Neighbouring regions are one memory to the linker.
        long end = range.startAddress() + range.sizeBytes();
        long reach = reach(profile, range.startAddress());
        if (regions.isEmpty() || end > reach) {
            String where = regions.isEmpty()
                    ? "outside of all memories"
                    : (end - reach) + " bytes beyond " + regions.get(0).name();
            throw BenchFailure.of(FailureKind.BUILD, "fit " + name)
                    .board(profile.name())
                    .expected("section " + section + " within the board's memories")
                    .actual(range + ", " + where)
                    .remedy(REMEDY)
                    .failure();
        }
    }

    /** The end of the run of regions without a gap that an address lies in. */
    private static long reach(BoardProfile profile, long address) {
        long end = address;
        for (boolean grows = true; grows; ) {
            grows = false;
            for (MemoryRegion region : profile.memory()) {
                if (region.origin() <= end && end < region.end()) {
                    end = region.end();
                    grows = true;
                }
            }
        }
        return end;
    }
}
