// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRole;
import java.util.List;

/**
 * The chips that one port of the firmware template runs on.
 *
 * @param folder relative to the template
 * @param parts how the part numbers begin
 * @param roles of the memories that its linker script fills
 */
record FirmwarePort(String folder, List<String> parts, List<MemoryRole> roles) {
    private static final List<FirmwarePort> ALL = List.of(new FirmwarePort(
            "port/stm32h743",
            List.of("STM32H743", "STM32H753"),
            List.of(
                    MemoryRole.CODE,
                    MemoryRole.HOT_CODE,
                    MemoryRole.STACK,
                    MemoryRole.DATA,
                    MemoryRole.ACTIVATIONS,
                    MemoryRole.STAGING,
                    MemoryRole.DMA_BUFFERS)));

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
        return ALL.stream()
                .filter(port -> port.parts.stream().anyMatch(profile.mcu()::startsWith))
                .findFirst()
                .orElseThrow(() -> BenchFailure.of(FailureKind.BUILD, "build the base firmware")
                        .board(profile.name())
                        .expected("a chip with a port: " + supported())
                        .actual(profile.mcu())
                        .remedy("choose a board with such a chip: hilda profile list")
                        .failure());
    }

    private static String supported() {
        return String.join(
                ", ", ALL.stream().flatMap(port -> port.parts.stream()).toList());
    }
}
