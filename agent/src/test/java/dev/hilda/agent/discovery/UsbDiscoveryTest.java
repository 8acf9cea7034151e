// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.discovery.BoardDiscovery.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsbDiscoveryTest {
    private static final List<String> ST_LINK_V3 = List.of("0483:374e");

    @TempDir
    private Path usb;

    @Test
    void shouldPairProbeAndPortOfTheSameDevice() throws IOException {
        device("1-1", "0483", "374e", "BBB", "ttyACM1");
        device("1-2", "0483", "374e", "AAA", "ttyACM0");
        device("1-3", "2341", "0043", "ARDUINO", "ttyACM2");
        Findings findings = find();
        assertEquals(
                List.of("AAA /dev/ttyACM0", "BBB /dev/ttyACM1"),
                findings.boards().stream()
                        .map(board ->
                                board.stLinkSerial() + " " + board.serialPort().orElseThrow())
                        .toList());
    }

    @Test
    void shouldFindAProbeWhosePortIsMissing() throws IOException {
        device("1-1", "0483", "374e", "AAA", null);
        AttachedBoard board = find().boards().get(0);
        assertEquals(Optional.empty(), board.serialPort());
    }

    @Test
    void shouldNameAProbeWithoutSerialNumber() throws IOException {
        device("1-1", "0483", "374e", null, "ttyACM0");
        assertTrue(find().problems().get(0).endsWith("1-1: an ST-Link without a serial number"));
    }

    @Test
    void shouldGoOnAfterADeviceThatCannotBeRead() throws IOException {
        device("1-1", "0483", "374e", "AAA", null);
        Files.delete(usb.resolve("1-1/idVendor"));
        Files.createDirectory(usb.resolve("1-1/idVendor")); // Reading it fails, also for root.
        device("1-2", "0483", "374e", "BBB", "ttyACM0");
        Findings findings = find();
        assertEquals("BBB", findings.boards().get(0).stLinkSerial());
        assertTrue(findings.problems().get(0).contains("1-1"), findings.toString());
    }

    @Test
    void shouldNameAProbeWithAnOddSerialNumber() throws IOException {
        device("1-1", "0483", "374e", "A?+/B", "ttyACM0");
        assertTrue(find().boards().isEmpty());
        assertTrue(find().problems().get(0).contains("\"A?+/B\""));
    }

    @Test
    void shouldFindNothingWithoutUsb() {
        Findings findings = new UsbDiscovery(usb.resolve("absent"), Path.of("/dev")).find(ST_LINK_V3);
        assertTrue(findings.boards().isEmpty() && findings.problems().isEmpty());
    }

    private Findings find() {
        return new UsbDiscovery(usb, Path.of("/dev")).find(ST_LINK_V3);
    }

    private void device(
            String name,
            String vendor,
            String product,
            @org.jspecify.annotations.Nullable String serial,
            @org.jspecify.annotations.Nullable String tty)
            throws IOException {
        Path device = Files.createDirectories(usb.resolve(name));
        Files.writeString(device.resolve("idVendor"), vendor + "\n");
        Files.writeString(device.resolve("idProduct"), product + "\n");
        Files.writeString(device.resolve("product"), "STLINK-V3\n");
        if (serial != null) {
            Files.writeString(device.resolve("serial"), serial + "\n");
        }
        Files.createDirectories(device.resolve(name + ":1.0"));
        if (tty != null) {
            Files.createDirectories(device.resolve(name + ":1.2").resolve("tty").resolve(tty));
        }
    }
}
