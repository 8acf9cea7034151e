// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.util.List;
import java.util.Optional;

/** What OpenOCD's output means: success, or a failure with its kind and remedy. */
final class OpenOcdDiagnosis {
    private static final String VERIFIED = "** Verified OK **";
    private static final String LOW_VOLTAGE = "target voltage may be too low";
    private static final int QUOTED_LINES = 4;
    private static final String FLASH = "flash the firmware";
    private static final String RESET = "reset the board through its probe";

    /**
     * One thing that goes wrong.
     *
     * @param marks texts of OpenOCD, any of which gives it away
     * @param meaning what that means for the board
     */
    private record Symptom(FailureKind kind, String meaning, String remedy, List<String> marks) {
        Symptom(FailureKind kind, String meaning, String remedy, String... marks) {
            this(kind, meaning, remedy, List.of(marks));
        }
    }

    /** Ordered: the cause stands before what follows from it. */
    private static final List<Symptom> SYMPTOMS = List.of(
            new Symptom(
                    FailureKind.BENCH,
                    "the ST-Link's server does not answer: the board is gone",
                    "start or attach the board again; hilda devices lists what is attached",
                    "cannot connect to stlink server",
                    "error creating the socket",
                    "Connection refused",
                    "cannot get the stlink-server version"),
            new Symptom(
                    FailureKind.BENCH,
                    "no ST-Link is attached",
                    "plug the board in; hilda devices lists what is attached",
                    "no ST-LINK detected"),
            new Symptom(
                    FailureKind.BENCH,
                    "an ST-Link is there, but not the one with this serial number",
                    "check --serial; hilda devices lists what is attached",
                    "open failed (serial mismatch)"),
            new Symptom(
                    FailureKind.BENCH,
                    "another program uses the ST-Link",
                    "end the other debugger or flasher, or choose another board with --serial",
                    "the selected device is already used",
                    "LIBUSB_ERROR_BUSY",
                    "TCP error status 0x2004"),
            new Symptom(
                    FailureKind.BENCH,
                    "this user may not open the ST-Link",
                    "install OpenOCD's udev rules and join the group plugdev, then plug the board in again",
                    "LIBUSB_ERROR_ACCESS"),
            new Symptom(
                    FailureKind.BENCH,
                    "the ST-Link could not be opened",
                    "unplug the board, plug it in again and retry",
                    "TCP error status 0x1003",
                    "Error: open failed"),
            new Symptom(
                    FailureKind.BUILD,
                    "this OpenOCD lacks a script that the profile names",
                    "install OpenOCD 0.12 with its scripts: ./hilda setup",
                    "Can't find "),
            new Symptom(
                    FailureKind.FLASH,
                    "the ST-Link was unplugged, or lost its connection, in the middle; the flash content is undefined",
                    "plug the board in again and flash again",
                    "failed to send USB CMD",
                    "failed to receive USB CMD response",
                    "TCP error status 0x1001"),
            new Symptom(
                    FailureKind.BENCH,
                    "the board has no supply voltage",
                    "check the power jumper and the USB cable, then run again",
                    LOW_VOLTAGE),
            new Symptom(
                    FailureKind.FLASH,
                    "the ST-Link works, but the chip behind it does not answer",
                    "check power and jumpers; power-cycle; if it stays so, set BOOT0 high, reset and flash again",
                    "unable to connect to the target"),
            new Symptom(
                    FailureKind.BENCH,
                    "the chip is not the one the profile describes",
                    "choose the profile that fits: hilda profile list",
                    "Cannot identify target as"),
            new Symptom(
                    FailureKind.FLASH,
                    "the chip's flash is read-protected, so that no debugger may write it",
                    "take the protection away, which erases the chip: STM32CubeProgrammer, option bytes, RDP AA",
                    "hilda: read-out protection is set"),
            new Symptom(
                    FailureKind.FLASH,
                    "the chip's debug port does not let memory be read",
                    "power-cycle the board; if it stays so, check its option bytes",
                    "AP write error",
                    "AP read error",
                    "Failed to read memory at"),
            new Symptom(
                    FailureKind.FLASH,
                    "another firmware is there, and this flash is too worn to be erased unattended",
                    "replace the board; hilda run still flashes it",
                    "hilda: the image is not there"),
            new Symptom(
                    FailureKind.FLASH,
                    "a flash sector is write-protected",
                    "clear the write protection in the option bytes, for example with STM32CubeProgrammer",
                    "write protected",
                    "write protection error",
                    "WRPERR"),
            new Symptom(
                    FailureKind.FLASH,
                    "a flash sector could not be erased",
                    "power-cycle and retry; a sector that keeps failing is worn out",
                    "failed erasing sectors",
                    "erase time-out",
                    "Error erase sector"),
            new Symptom(
                    FailureKind.FLASH,
                    "programming the flash failed",
                    "power-cycle and retry; check the supply voltage; a sector that keeps failing is worn out",
                    "flash write failed",
                    "error executing stm32h7 flash write algorithm",
                    "no flash bank holds the image",
                    "** Programming Failed **"),
            new Symptom(
                    FailureKind.FLASH,
                    "the flash does not hold what was written",
                    "flash again; a bit that keeps failing means a worn-out sector",
                    "checksum mismatch",
                    "** Verify Failed **"),
            new Symptom(
                    FailureKind.FLASH,
                    "the chip could not be reset into halt",
                    "power-cycle the board and retry",
                    "** Unable to reset target **"));

    private OpenOcdDiagnosis() {}

    /** Success is exit code 0 and the verifier's own words; neither alone proves anything. */
    static boolean isSuccess(int exitCode, List<String> output) {
        return exitCode == 0 && contains(output, VERIFIED);
    }

    /** What a successful run says that somebody should look at. */
    static List<String> remarks(List<String> output) {
        return contains(output, LOW_VOLTAGE)
                ? List.of("the ST-Link measures too low a supply voltage, though the flash verified: check the power"
                        + " jumper and the USB cable")
                : List.of();
    }

    /** The failure that an unsuccessful run stands for, without the board. */
    static BenchFailure.Builder failure(int exitCode, List<String> output) {
        return failure(FLASH, "OpenOCD to program and verify", exitCode, output);
    }

    /** The same for a run that only resets the board. */
    static BenchFailure.Builder failedReset(int exitCode, List<String> output) {
        return failure(RESET, "OpenOCD to reset it", exitCode, output);
    }

    private static BenchFailure.Builder failure(String attempted, String expected, int exitCode, List<String> output) {
        for (Symptom symptom : SYMPTOMS) {
            Optional<String> line = lineWithAny(output, symptom.marks());
            if (line.isPresent()) {
                return BenchFailure.of(symptom.kind(), attempted)
                        .expected(expected)
                        .actual(symptom.meaning() + " (OpenOCD: \"" + line.get().strip() + "\")")
                        .remedy(symptom.remedy());
            }
        }
        return BenchFailure.of(FailureKind.FLASH, attempted)
                .expected("exit code 0 and \"" + VERIFIED + "\" from OpenOCD")
                .actual("exit code " + exitCode + " after\n" + tail(output))
                .remedy("power-cycle the board and retry; check the profile's OpenOCD settings");
    }

    /**
     * Why a board that broke off cannot be reached now: no probe, no power, no answer. Empty when it can be, as after a
     * moment without power.
     *
     * @param output of a run that only connects
     */
    static Optional<BenchFailure> absence(int exitCode, List<String> output) {
        if (exitCode == 0 && !contains(output, LOW_VOLTAGE)) {
            return Optional.empty();
        }
        BenchFailure found = failure(exitCode, output).failure();
        return Optional.of(found).filter(failure -> failure.kind() == FailureKind.BENCH);
    }

    /** The last lines, for a run that gives no other clue. */
    static String tail(List<String> output) {
        List<String> last = output.subList(Math.max(0, output.size() - QUOTED_LINES), output.size());
        return last.isEmpty() ? "(no output)" : String.join("\n", last);
    }

    private static boolean contains(List<String> output, String text) {
        return output.stream().anyMatch(line -> line.contains(text));
    }

    private static Optional<String> lineWithAny(List<String> output, List<String> marks) {
        return output.stream()
                .filter(line -> marks.stream().anyMatch(line::contains))
                .findFirst();
    }
}
