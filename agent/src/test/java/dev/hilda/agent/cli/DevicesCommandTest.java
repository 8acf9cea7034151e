// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.agent.cli.DevicesCommand.Device;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DevicesCommandTest {
    private static final AttachedBoard BOARD = new AttachedBoard(
            "0669FF",
            "STM32 STLink",
            new ProbeBackend.Usb(),
            Optional.of(Path.of("/dev/ttyACM0")),
            OptionalLong.empty(),
            Optional.empty());

    @Test
    void shouldSayOfEachProfileWhatItWasVerifiedOn() {
        Device device = device("nucleo-f446re", "nucleo-h743zi");
        List<String> lines =
                DevicesCommand.table(List.of(device)).toString().lines().toList();
        assertEquals(
                "0669FF          STM32 STLink  /dev/ttyACM0  measured  nucleo-f446re, nucleo-h743zi  none, virtual",
                lines.get(1));
        assertEquals(
                "{\"st_link_serial\":\"0669FF\",\"product\":\"STM32 STLink\",\"serial_port\":\"/dev/ttyACM0\","
                        + "\"timing\":\"measured\",\"profiles\":[\"nucleo-f446re\",\"nucleo-h743zi\"],"
                        + "\"verified_on\":{\"nucleo-f446re\":\"none\",\"nucleo-h743zi\":\"virtual\"}}",
                JsonOutput.of(device));
    }

    @Test
    void shouldCallTheTimingOfAVirtualBoardEstimated() {
        assertEquals("estimated", device("virtual-nucleo-h743zi").timing().label());
    }

    private static Device device(String... names) {
        ProfileCatalog shipped = new ProfileCatalog(Path.of("no-user-profiles"));
        List<BoardProfile> profiles = Stream.of(names).map(shipped::load).toList();
        return Device.of(BOARD, profiles);
    }
}
