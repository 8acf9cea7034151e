// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a tree of files like sysfs, in which a made-up kernel takes away and brings back what a test says. */
class UsbResetTest {
    private static final List<String> ST_LINK_V3 = List.of("0483:374e");

    @TempDir
    private Path root;

    private final List<String> story = new ArrayList<>();
    private final Kernel kernel = new Kernel();
    private Path device = Path.of("");

    @BeforeEach
    void plugIn() throws IOException {
        device = stLink("1-1", "AAA", "ttyACM0");
        stLink("1-2", "BBB", "ttyACM1");
        Files.createDirectories(root.resolve("usb/1-0:1.0"));
    }

    private Path stLink(String name, String serial, String tty) throws IOException {
        Path made = Files.createDirectories(root.resolve("usb").resolve(name));
        Files.writeString(made.resolve("idVendor"), "0483\n");
        Files.writeString(made.resolve("idProduct"), "374e\n");
        Files.writeString(made.resolve("serial"), serial + "\n");
        Files.writeString(made.resolve("authorized"), "1");
        port(made, tty);
        return made;
    }

    private void port(Path of, String tty) throws IOException {
        Files.createDirectories(of.resolve(of.getFileName() + ":1.2/tty").resolve(tty));
        Files.createDirectories(root.resolve("dev"));
        Files.writeString(root.resolve("dev").resolve(tty), "");
    }

    /** Looks at the file whenever somebody waits, and does what Linux does, some time later. */
    private final class Kernel implements Clock {
        private long nanos;
        private Duration portAfter = Duration.ofSeconds(3);
        private boolean interrupts;

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos);
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            nanos += duration.toNanos();
            try {
                String authorized = Files.readString(device.resolve("authorized"));
                boolean isThere = Files.exists(root.resolve("dev/ttyACM0"));
                if (authorized.equals("0") && isThere) {
                    story.add("off after " + seconds());
                    Files.delete(root.resolve("dev/ttyACM0"));
                    Files.delete(device.resolve("1-1:1.2/tty/ttyACM0"));
                } else if (authorized.equals("1") && !isThere && nanos >= portAfter.toNanos()) {
                    story.add("back after " + seconds());
                    port(device, "ttyACM0");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (interrupts) {
                throw new InterruptedException();
            }
        }

        private String seconds() {
            return Duration.ofNanos(nanos).toString();
        }
    }

    private UsbReset reset(String serial) {
        return new UsbReset(new UsbDiscovery(root.resolve("usb"), root.resolve("dev")), ST_LINK_V3, serial, kernel);
    }

    private BenchFailure refused(String serial) {
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> reset(serial).run());
        assertEquals(FailureKind.BENCH, failure.kind());
        return failure;
    }

    private String authorized(String name) throws IOException {
        return Files.readString(root.resolve("usb").resolve(name).resolve("authorized"));
    }

    @Test
    void shouldWaitUntilProbeAndPortAreBack() throws Exception {
        reset("AAA").run();
        assertEquals(List.of("off after PT1S", "back after PT3S"), story);
        assertEquals(Duration.ofSeconds(3).plus(UsbReset.SETTLE), Duration.ofNanos(kernel.nanoTime()));
        assertEquals("1", authorized("1-1"));
        assertTrue(Files.exists(root.resolve("dev/ttyACM1")), "the other one is left alone");
    }

    @Test
    void shouldSayWhatDoesNotComeBack() throws IOException {
        kernel.portAfter = Duration.ofHours(1);
        BenchFailure failure = refused("AAA");
        assertEquals("no serial port", failure.actual().orElseThrow());
        assertEquals(
                "ST-Link and serial port back within 15 s", failure.expected().orElseThrow());
        assertEquals("1", authorized("1-1"));
    }

    @Test
    void shouldSayThatItMayNotWrite() throws IOException {
        Files.delete(device.resolve("authorized"));
        Files.createDirectory(device.resolve("authorized")); // Writing it fails, also for root.
        BenchFailure failure = refused("AAA");
        assertTrue(failure.actual().orElseThrow().contains("1-1/authorized"), failure.toString());
        assertTrue(failure.remedy().orElseThrow().contains("udev rules"), failure.toString());
        assertEquals(List.of(), story);
    }

    @Test
    void shouldNotFindWhatIsNotThere() throws IOException {
        assertEquals("none of that serial number", refused("CCC").actual().orElseThrow());
        Files.writeString(root.resolve("usb/1-1/idProduct"), "ffff\n");
        refused("AAA");
        assertEquals("1", authorized("1-1"));
    }

    /** One that stayed outside could not even be found again. */
    @Test
    void shouldLetItBackWhenItIsInterrupted() throws IOException {
        kernel.interrupts = true;
        assertThrows(InterruptedException.class, () -> reset("AAA").run());
        assertEquals(List.of("off after PT1S"), story);
        assertEquals("1", authorized("1-1"));
    }

    @Test
    void shouldLetItBackThoughTheThreadIsInterruptedOnceMore() throws Exception {
        Thread.currentThread().interrupt();
        reset("AAA").run();
        assertTrue(Thread.interrupted());
        assertEquals("1", authorized("1-1"));
    }

    @Test
    void shouldBeForProbesOnTheUsbOnly() {
        BoardDiscovery discovery = BoardDiscovery.ofThisHost(Map.of());
        ProfileCatalog catalog = new ProfileCatalog(Path.of("/nonexistent"));
        BoardProfile board = catalog.load("nucleo-h743zi");
        assertTrue(discovery.usbReset(board, "AAA", kernel).isPresent());
        BoardProfile virtual = catalog.load("virtual-nucleo-h743zi");
        assertFalse(discovery.usbReset(virtual, "AAA", kernel).isPresent());
    }
}
