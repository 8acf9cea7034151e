// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.testing.ElfWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real OpenOCD says when probe or flash misbehave, and what the flasher makes of it. */
class OpenOcdFaultIT {
    private static final Duration STEP = Duration.ofSeconds(6);
    private static final FlashPatience SHORT = new FlashPatience(STEP, STEP, STEP, STEP, STEP, STEP);

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stlink-unplug|BENCH|no ST-LINK detected",
                "stlink-wrong-serial|BENCH|open failed (serial mismatch)",
                "stlink-busy|BENCH|the selected device is already used",
                "stlink-open-error|BENCH|TCP error status 0x1003",
                "stlink-wrong-idcode|BENCH|Cannot identify target as a STM32H7xx family",
                "stlink-tcp-drop 300|FLASH|USB CMD",
                "power-off|BENCH|no supply voltage",
                "power-off 1000|BENCH|no supply voltage",
                "stlink-unplug 1000|BENCH|no ST-LINK detected",
                "swd-dead|FLASH|unable to connect to the target",
                "flash-readout-protect|FLASH|read-protected",
                "flash-write-protect 1|FLASH|WRPERR",
                "flash-bad-bit 0x08000010 3|FLASH|checksum mismatch",
                "flash-erase-failure|FLASH|erase",
                "flash-program-error|FLASH|flash write",
            })
    void shouldClassifyWhatOpenOcdSays(String fault, FailureKind kind, String text) throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        board.fault(fault);
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> TestBench.flasher(board, SHORT).flash(Firmware.base(), Progress.SILENT));
        assertEquals(kind, failure.kind(), failure.getMessage());
        assertTrue(failure.actual().orElseThrow().contains(text), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0, connect", "400, ''"})
    void shouldKillAFlasherWhoseProbeStalls(int commands, String step) throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        board.fault("stlink-stall " + commands);
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> TestBench.flasher(board, SHORT).flash(Firmware.base(), Progress.SILENT));
        assertEquals(FailureKind.TIMEOUT, failure.kind(), failure.getMessage());
        assertTrue(failure.expected().orElseThrow().contains(step), failure.getMessage());
        assertTrue(ProcessHandle.current()
                .descendants()
                .noneMatch(handle -> handle.info().command().orElse("").endsWith("openocd")));
    }

    @Test
    void shouldNotKillAFlashThatIsSlowButGetsOn() throws Exception {
        // Erase and program take the data sheet's time; all steps together take longer than one may.
        VirtualBoard board = bench.board("--throttle");
        byte[] content = new byte[5 * 128 * 1024];
        new Random(1).nextBytes(content);
        content[4] = 1;
        FirmwareImage image = FirmwareImage.read(Files.write(
                bench.folder().resolve("large.elf"),
                new ElfWriter(0x08000009).load(0x08000000, content).toBytes()));
        Duration step = Duration.ofSeconds(4);
        Flasher flasher = TestBench.flasher(board, new FlashPatience(STEP, step, step, STEP, STEP, STEP));
        Flasher.Report report = flasher.flash(image, Progress.SILENT);
        assertEquals(5, report.erasedSectors());
        assertEquals(
                List.of(0x08000000L, 0x08020000L, 0x08040000L, 0x08060000L, 0x08080000L),
                flasher.erases().sectors());
        assertTrue(report.duration().compareTo(step) > 0, "took only " + report.duration());
    }

    @Test
    void shouldEraseNothingForAnImageThatIsThereBitForBit() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        Flasher flasher = TestBench.flasher(board, SHORT);
        FirmwareImage other = FirmwareImage.read(Files.write(
                bench.folder().resolve("other.elf"),
                new ElfWriter(0x08000009).load(0x08000000, new byte[4096]).toBytes()));

        assertEquals(
                1, flasher.flashUnlessThere(Firmware.base(), Progress.SILENT).erasedSectors());
        assertEquals(
                0, flasher.flashUnlessThere(Firmware.base(), Progress.SILENT).erasedSectors());
        flasher.flash(other, Progress.SILENT);
        assertEquals(
                1, flasher.flashUnlessThere(Firmware.base(), Progress.SILENT).erasedSectors());
        assertEquals(
                0, flasher.flashUnlessThere(Firmware.base(), Progress.SILENT).erasedSectors());
        List<Long> erased = List.of(0x08000000L, 0x08000000L, 0x08000000L);
        assertEquals(erased, flasher.erases().sectors());

        flasher.start(Firmware.base(), Progress.SILENT);
        BenchFailure refused = assertThrows(BenchFailure.class, () -> flasher.start(other, Progress.SILENT));
        assertEquals(FailureKind.FLASH, refused.kind());
        assertTrue(refused.actual().orElseThrow().contains("too worn"), refused.getMessage());
        assertEquals(erased, flasher.erases().sectors());
    }

    /** One that failed to erase may have begun to. */
    @Test
    void shouldCountTheErasesOfAFlashThatFailed() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        board.fault("flash-erase-failure");
        Flasher flasher = TestBench.flasher(board, SHORT);
        assertThrows(BenchFailure.class, () -> flasher.flash(Firmware.base(), Progress.SILENT));
        assertEquals(List.of(0x08000000L), flasher.erases().sectors());
    }

    @Test
    void shouldRemarkAVoltageThatIsTooLowForAFlashThatVerified() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        board.fault("stlink-zero-volt");
        Flasher.Report report = TestBench.flasher(board, SHORT).flash(Firmware.base(), Progress.SILENT);
        assertEquals(1, report.erasedSectors());
        assertEquals(1, report.remarks().size(), report.toString());
    }
}
