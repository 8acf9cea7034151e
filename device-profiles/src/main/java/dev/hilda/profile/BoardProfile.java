// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Everything the bench knows about a kind of board. Consistent by construction: what {@link ProfileChecks} finds wrong
 * cannot become a profile.
 *
 * @param name the file's name without {@code .yaml}
 * @param description one line for tables
 * @param mcu full part number
 * @param core for example {@code cortex-m7}
 * @param maxVos highest voltage scale the supply allows
 */
public record BoardProfile(
        String name,
        String description,
        String mcu,
        String core,
        Verification verifiedOn,
        Timing timing,
        Supply supply,
        VoltageScale maxVos,
        ChipIdentity chip,
        List<MemoryRegion> memory,
        Usart usart,
        Probe probe,
        OpenOcdSetup openOcd,
        Toolchain toolchain,
        NetworkBudget budget) {
    public BoardProfile {
        memory = List.copyOf(memory);
        List<ProfileChecks.Finding> findings =
                new ProfileChecks(verifiedOn, timing, maxVos, chip, memory, usart, probe, openOcd, budget).findings();
        Require.that(
                findings.isEmpty(),
                () -> findings.stream().map(Object::toString).collect(Collectors.joining("; ", name + ": ", "")));
    }

    /** The firmware's port that runs on this chip; without one the board cannot be flashed. */
    public Optional<String> firmwarePort() {
        return FirmwarePorts.of(mcu);
    }

    /** The revision whose REV_ID the chip reported. */
    public Optional<ChipRevision> revision(int revId) {
        return chip.revisions().stream()
                .filter(revision -> revision.revId() == revId)
                .findFirst();
    }

    /** The bytes of all regions that may hold {@code role}. */
    public long bytesFor(MemoryRole role) {
        return ProfileChecks.bytesFor(memory, role);
    }
}
