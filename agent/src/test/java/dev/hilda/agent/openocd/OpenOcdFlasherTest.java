// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FlashErases;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.testing.ElfWriter;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flasher against programs that behave like OpenOCD, or like an OpenOCD that hangs. */
class OpenOcdFlasherTest {
    private static final Duration STEP = Duration.ofMillis(700);
    private static final FlashPatience SHORT = new FlashPatience(STEP, STEP, STEP, STEP, Duration.ZERO, STEP);
    private static final String SUCCESS = """
            echo 'hilda: connected 1/1'; echo 'hilda: erased 1/1'; echo 'hilda: written 1/1'
            echo '** Verified OK **'; echo 'hilda: verified 1/1'
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldReportSuccessAndEveryStep() throws Exception {
        List<String> heard = new ArrayList<>();
        Flasher.Report report = flash(SUCCESS, (step, done, total) -> heard.add(step + " " + done + "/" + total));
        assertEquals(1, report.erasedSectors());
        assertEquals(8, report.imageBytes());
        assertEquals(List.of("erase 1/1", "program 1/1", "verify 1/1"), heard);
    }

    @Test
    void shouldCountEveryEraseThatWasBegunAlsoOfAFlashThatFailed() throws Exception {
        Path program = program("""
                echo 'hilda: connected 1/1'; echo 'hilda: chip 56495254000102030405ff07'
                echo 'hilda: erasing 0x08000000'; echo 'hilda: erased 1/2'; echo 'hilda: erasing 0x08020000'
                echo 'Error: failed erasing sectors 1 to 1'; exit 1
                """);
        Flasher flasher = flasher(program);
        assertEquals(FlashErases.NONE, flasher.erases());
        BenchFailure failure = assertThrows(BenchFailure.class, () -> flasher.flash(image(), Progress.SILENT));
        assertEquals(FailureKind.FLASH, failure.kind());
        Optional<String> chip = Optional.of("56495254000102030405ff07");
        assertEquals(new FlashErases(chip, List.of(0x08000000L, 0x08020000L)), flasher.erases());

        program("echo 'hilda: connected 1/1'; echo 'hilda: erasing 0x08000000'; kill -9 $$");
        assertThrows(BenchFailure.class, () -> flasher.flash(image(), Progress.SILENT));
        assertEquals(new FlashErases(chip, List.of(0x08000000L, 0x08020000L, 0x08000000L)), flasher.erases());
    }

    @Test
    void shouldRunInAFolderOfItsOwnWithTheImageUnderAPlainName() throws Exception {
        flash("ls > " + folder.resolve("seen") + "; pwd > " + folder.resolve("where") + ";" + SUCCESS, Progress.SILENT);
        assertEquals("chunk-000.bin\nfirmware.elf\nflash.tcl\n", Files.readString(folder.resolve("seen")));
        assertFalse(
                Files.exists(Path.of(Files.readString(folder.resolve("where")).strip())));
    }

    @Test
    void shouldChooseTheProbeBySerialAndOpenNoPort() throws Exception {
        flash("printf '%s\\n' \"$@\" > " + folder.resolve("arguments") + ";" + SUCCESS, Progress.SILENT);
        List<String> arguments = Files.readAllLines(folder.resolve("arguments"));
        assertTrue(arguments.contains("adapter serial SN1"), arguments.toString());
        assertTrue(arguments.contains("st-link backend tcp 4711"), arguments.toString());
        assertTrue(
                arguments.containsAll(List.of("gdb_port disabled", "tcl_port disabled", "telnet_port disabled")),
                arguments.toString());
    }

    @Test
    void shouldKillAProgramThatIgnoresSigtermAndItsChildren() throws Exception {
        Path pids = folder.resolve("pids");
        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> flash(
                        "trap '' TERM; echo 'hilda: connected 1/1'; (trap '' TERM; sleep 60) & echo $$ $! > " + pids
                                + "; wait",
                        Progress.SILENT));
        assertEquals(FailureKind.TIMEOUT, failure.kind());
        assertEquals(
                "OpenOCD to erase a sector within 700 ms", failure.expected().orElseThrow());
        for (String pid : Files.readString(pids).strip().split(" ", -1)) {
            assertTrue(endsSoon(Long.parseLong(pid)), "process " + pid + " still runs");
        }
    }

    @Test
    void shouldNotKillWhatIsSlowButGetsOn() throws Exception {
        // Takes three times the limit of a step in all.
        Flasher.Report report = flash(
                "echo 'hilda: connected 1/1'; for i in 1 2 3 4 5 6; do sleep 0.35; echo \"hilda: erased $i/6\"; done;"
                        + SUCCESS.replace("echo 'hilda: erased 1/1';", ""),
                Progress.SILENT);
        assertEquals(6, report.erasedSectors());
    }

    @Test
    void shouldNotTakeErrorsThatRepeatForProgress() {
        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> flash("while :; do echo 'Error: Fail reading CTRL/STAT'; sleep 0.1; done", Progress.SILENT));
        assertEquals(FailureKind.TIMEOUT, failure.kind());
    }

    @Test
    void shouldNotBelieveExitCodeZero() {
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> flash("echo '** Programming Finished **'", Progress.SILENT));
        assertEquals(FailureKind.FLASH, failure.kind());
    }

    @Test
    void shouldNotBelieveAVerifiedImageThatCouldNotBeStarted() {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> flash(SUCCESS + "exit 1", Progress.SILENT));
        assertEquals(FailureKind.FLASH, failure.kind());
    }

    @Test
    void shouldPassOnWhatTheVoltageMeterSaysOfAGoodFlash() throws Exception {
        String warning = "echo 'Error: target voltage may be too low for reliable debugging';";
        assertTrue(flash(warning + SUCCESS, Progress.SILENT).remarks().get(0).contains("supply voltage"));
        assertEquals(List.of(), flash(SUCCESS, Progress.SILENT).remarks());
    }

    @Test
    void shouldNameTheRemedyForAMissingProgram() {
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> flasher(folder.resolve("nothing")).flash(image(), Progress.SILENT));
        assertEquals(FailureKind.BUILD, failure.kind());
        assertEquals("./hilda setup", failure.remedy().orElseThrow());
    }

    private Flasher.Report flash(String script, Progress progress) throws IOException, InterruptedException {
        return flasher(program(script)).flash(image(), progress);
    }

    private Path program(String script) throws IOException {
        Path program = folder.resolve("openocd");
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    private Flasher flasher(Path program) {
        BoardProfile profile = new ProfileCatalog(folder).load("virtual-nucleo-h743zi");
        AttachedBoard board = new AttachedBoard(
                "SN1", "fake", new ProbeBackend.Tcp(4711), Optional.empty(), OptionalLong.empty(), Optional.empty());
        return new OpenOcdFlasher(program, profile, board, "fake", SHORT, Clock.SYSTEM);
    }

    private FirmwareImage image() throws IOException {
        byte[] elf = new ElfWriter(0x08000001).load(0x08000000, new byte[8]).toBytes();
        return FirmwareImage.read(Files.write(folder.resolve("fw [$x] {y}.elf"), elf));
    }

    /** A killed orphan can stay as a zombie until whoever adopted it looks; it does not run any more. */
    private static boolean endsSoon(long pid) throws InterruptedException, IOException {
        Path stat = Path.of("/proc", String.valueOf(pid), "stat");
        for (int attempt = 0; attempt < 100; attempt++) {
            if (!Files.exists(stat) || Files.readString(stat).contains(") Z ")) {
                return true;
            }
            Thread.sleep(20);
        }
        return false;
    }
}
