// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.Locale;

/**
 * How far the flash of a chip is worn: its sector that was erased most often.
 *
 * @param chip its unique ID
 * @param sectorAddress of that sector
 * @param erases of it
 * @param enduranceCycles erases that the datasheet promises
 */
public record WornFlash(String chip, long sectorAddress, long erases, long enduranceCycles) {
    private static final double WARNING_SHARE = 0.8;

    /** Whether somebody should look for another board. */
    public boolean isNearItsEnd() {
        return erases >= WARNING_SHARE * enduranceCycles;
    }

    /** Whether it has borne all that the datasheet promises. */
    public boolean isAtItsEnd() {
        return erases >= enduranceCycles;
    }

    /** For people. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "sector 0x%08x of chip %s was erased %,d times; its datasheet promises %,d",
                sectorAddress,
                chip,
                erases,
                enduranceCycles);
    }
}
