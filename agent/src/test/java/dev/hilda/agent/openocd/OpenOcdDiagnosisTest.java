// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts are the telling lines of real runs of OpenOCD 0.12.0. */
class OpenOcdDiagnosisTest {
    @Test
    void shouldTakeExitCodeZeroAndVerifiedForSuccess() {
        assertTrue(OpenOcdDiagnosis.isSuccess(0, List.of("** Verify Started **", "** Verified OK **")));
    }

    @Test
    void shouldNotTakeExitCodeZeroAloneForSuccess() {
        assertFalse(OpenOcdDiagnosis.isSuccess(
                0, List.of("Warn : no flash bank found for address 0x08100000", "** Programming Finished **")));
    }

    @Test
    void shouldNotTakeVerifiedAloneForSuccess() {
        assertFalse(OpenOcdDiagnosis.isSuccess(1, List.of("** Verified OK **")));
    }

    @Test
    void shouldNotTakeTheWordErrorForFailure() {
        assertTrue(OpenOcdDiagnosis.isSuccess(
                0, List.of("Error: clearing lockup after double fault", "** Verified OK **")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BENCH|no ST-Link is attached|Error: no ST-LINK detected;** OpenOCD init failed **",
                "BENCH|not the one|Error: ST-LINK open failed (serial mismatch);** OpenOCD init failed **",
                "BENCH|another program|Error: the selected device is already used;** OpenOCD init failed **",
                "BENCH|could not be opened|Error: TCP error status 0x1003;** OpenOCD init failed **",
                "BENCH|does not answer|Error: cannot connect to stlink server, errno: Connection refused",
                "BENCH|may not open|Error: libusb_open() failed with LIBUSB_ERROR_ACCESS;Error: open failed",
                "BUILD|lacks a script|Can't find target/stm32h9x.cfg",
                "FLASH|the chip behind it|Error: init mode failed (unable to connect to the target)",
                "BENCH|not the one the profile|Warn : Cannot identify target as a STM32H7xx family.;** Programming Failed **",
                "FLASH|write-protected|Error: wait_flash_op_queue, WRPERR detected;Error: failed erasing sectors 0 to 0",
                "FLASH|could not be erased|Error: erase time-out or operation error sector 3;** Programming Failed **",
                "FLASH|does not hold|Error: checksum mismatch - attempting binary compare;** Verify Failed **",
                "FLASH|in the middle|Error: failed to receive USB CMD response;** Unable to reset target **",
                "FLASH|does not let memory|Error: Failed to read memory at 0x00000000;** Unable to reset target **",
                "FLASH|reset into halt|** Unable to reset target **",
                "FLASH|programming the flash|Error: flash write failed, status = 0x00040000;** Programming Failed **",
                "BENCH|no supply voltage|Error: target voltage may be too low for reliable debugging;Error: init mode failed (unable"
                        + " to connect to the target)",
                "FLASH|read-protected|hilda: read-out protection is set (RDP 0x00);** Programming Refused **",
                "FLASH|unplugged|Error: TCP error status 0x1001;** Programming Failed **",
                "BENCH|no supply voltage|Error: target voltage may be too low for reliable debugging",
            })
    void shouldGiveEachOutputItsKindAndMeaning(FailureKind kind, String meaning, String output) {
        BenchFailure failure = OpenOcdDiagnosis.failure(1, List.of(output.split(";", -1)))
                .board("b")
                .failure();
        assertEquals(kind, failure.kind());
        assertTrue(failure.actual().orElseThrow().contains(meaning), failure.getMessage());
        assertTrue(failure.remedy().isPresent());
    }

    @Test
    void shouldQuoteTheLastLinesOfAnUnknownFailure() {
        BenchFailure failure = OpenOcdDiagnosis.failure(3, List.of("one", "two", "three", "four", "five"))
                .failure();
        assertEquals(FailureKind.FLASH, failure.kind());
        assertEquals(
                "exit code 3 after\ntwo\nthree\nfour\nfive", failure.actual().orElseThrow());
    }
}
