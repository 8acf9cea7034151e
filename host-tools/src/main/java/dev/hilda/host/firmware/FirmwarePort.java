package dev.hilda.host.firmware;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.profile.BoardProfile;
import java.util.List;

/**
 * The chips that one port of the firmware template runs on.
 *
 * @param linkerScript relative to the template
 * @param parts how the part numbers begin
 */
record FirmwarePort(String linkerScript, List<String> parts) {
    private static final List<FirmwarePort> ALL =
            List.of(new FirmwarePort("port/stm32h743/stm32h743.ld", List.of("STM32H743", "STM32H753")));

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
