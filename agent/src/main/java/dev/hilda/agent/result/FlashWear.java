// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.List;

/**
 * Erases that a chip has borne in one run.
 *
 * @param chip its unique ID
 * @param sectors the first address of each sector that was erased, once for each erase
 * @param enduranceCycles erases that the datasheet promises each sector
 */
public record FlashWear(String chip, List<Long> sectors, long enduranceCycles) {
    /** Nothing was erased. */
    public static final FlashWear NONE = new FlashWear("", List.of(), 1);

    public FlashWear {
        sectors = List.copyOf(sectors);
    }
}
