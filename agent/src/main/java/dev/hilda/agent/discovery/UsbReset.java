// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.discovery;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.folder.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Takes an ST-Link off the USB and lets it back, while the board keeps its power: drivers and programs let go of it, and it
 * is set up anew. Sysfs does so, by a file that this user must be allowed to write.
 */
public final class UsbReset {
    static final Duration SETTLE = Duration.ofSeconds(1);
    static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String AUTHORIZED = "authorized";

    private final UsbDiscovery usb;
    private final List<String> usbIds;
    private final String serial;
    private final Clock clock;

    /**
     * @param usbIds of the models that it may be, {@code vendor:product}
     * @param serial of the ST-Link
     */
    UsbReset(UsbDiscovery usb, List<String> usbIds, String serial, Clock clock) {
        this.usb = usb;
        this.usbIds = List.copyOf(usbIds);
        this.serial = serial;
        this.clock = clock;
    }

    /**
     * Does it, and waits until probe and serial port are there again.
     *
     * @throws BenchFailure of kind {@link FailureKind#BENCH} when this user may not, or they do not come back
     */
    public void run() throws InterruptedException {
        Path device = usb.device(usbIds, serial)
                .orElseThrow(() -> failure("the ST-Link on the USB", "none of that serial number")
                        .remedy("plug it in")
                        .failure());
        Path authorized = device.resolve(AUTHORIZED);
        write(authorized, "0");
        try {
            clock.sleep(SETTLE);
        } finally {
            // However this ends, the ST-Link is not left outside.
            write(authorized, "1");
        }
        await();
        // Whoever may open what has come back is decided a moment later.
        clock.sleep(SETTLE);
    }

    private void await() throws InterruptedException {
        long begun = clock.nanoTime();
        while (true) {
            Optional<AttachedBoard> board = usb.find(usbIds).boards().stream()
                    .filter(found -> found.stLinkSerial().equals(serial))
                    .findFirst();
            if (board.flatMap(AttachedBoard::serialPort).filter(Files::exists).isPresent()) {
                return;
            }
            if (clock.since(begun).compareTo(PATIENCE) >= 0) {
                throw failure(
                                "ST-Link and serial port back within " + PATIENCE.toSeconds() + " s",
                                board.isPresent() ? "no serial port" : "no ST-Link of that serial number")
                        .remedy("pull its cable and plug it in again")
                        .failure();
            }
            clock.sleep(POLL);
        }
    }

    /** As one write, whether or not this thread is being interrupted: a channel would be closed by that. */
    private void write(Path file, String value) {
        boolean isInterrupted = Thread.interrupted();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw failure("leave to write " + file, IoReason.of(e))
                    .remedy("let group plugdev write it, by the udev rules in agent/docs/agent.md")
                    .cause(e)
                    .failure();
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private BenchFailure.Builder failure(String expected, String actual) {
        return BenchFailure.of(FailureKind.BENCH, "take the ST-Link " + serial + " off the USB and let it back")
                .expected(expected)
                .actual(actual);
    }
}
