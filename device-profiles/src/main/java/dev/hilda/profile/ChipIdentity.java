// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.List;

/**
 * How the chip says what it is, and what its flash bears.
 *
 * @param idcodeAddress address of DBGMCU_IDCODE as the core sees it
 * @param devId DEV_ID of DBGMCU_IDCODE, 0…0xFFF
 * @param uniqueIdAddress address of the 12-byte unique ID
 * @param uniqueIds which unique IDs a board of this profile may have
 * @param flashEnduranceCycles erases that the datasheet promises each sector of flash
 */
public record ChipIdentity(
        long idcodeAddress,
        int devId,
        List<ChipRevision> revisions,
        long uniqueIdAddress,
        UniqueIdRule uniqueIds,
        long flashEnduranceCycles) {
    public ChipIdentity {
        revisions = List.copyOf(revisions);
        Require.that(devId >= 0 && devId <= 0xFFF, "dev_id must be 0…0xFFF");
        Require.that(!revisions.isEmpty(), "a chip needs at least one revision");
        Require.that(flashEnduranceCycles > 0, "flash_endurance_cycles must be positive");
    }
}
