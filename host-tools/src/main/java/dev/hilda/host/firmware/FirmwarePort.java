// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.FirmwarePorts;
import dev.hilda.profile.MemoryRole;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One port of the firmware template, to the chips of one kind.
 *
 * @param folder relative to the template
 * @param roles of the memories that its linker script fills
 */
record FirmwarePort(String folder, List<MemoryRole> roles) {
    private static final Map<String, List<MemoryRole>> ROLES = Map.of(
            "stm32h743",
            List.of(
                    MemoryRole.CODE,
                    MemoryRole.HOT_CODE,
                    MemoryRole.STACK,
                    MemoryRole.DATA,
                    MemoryRole.ACTIVATIONS,
                    MemoryRole.STAGING,
                    MemoryRole.DMA_BUFFERS));

    /** Relative to the template, like the other files. */
    String linkerScript() {
        return folder + "/" + folder.substring(folder.lastIndexOf('/') + 1) + ".ld";
    }

    /** What the linker script includes; see {@link MemoryScript}. */
    String memoryScript() {
        return folder + "/memory.ld";
    }

    /** Lists the C files. */
    String sources() {
        return folder + "/SOURCES";
    }

    /** The port for a board's chip. */
    static FirmwarePort of(BoardProfile profile) {
        String port = profile.firmwarePort()
                .orElseThrow(() -> BenchFailure.of(FailureKind.BUILD, "build the base firmware")
                        .board(profile.name())
                        .expected("a chip that the firmware runs on: " + String.join(", ", FirmwarePorts.parts()))
                        .actual(profile.mcu())
                        .remedy("choose a board whose FIRMWARE is yes: hilda profile list")
                        .failure());
        return new FirmwarePort("port/" + port, Objects.requireNonNull(ROLES.get(port)));
    }
}
