// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.BudgetException.Memory;
import dev.hilda.host.quantize.bits.BudgetException.Shortage;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BudgetRemedyTest {
    private static final BoardProfile BOARD = new ProfileCatalog(Path.of("/nonexistent")).load("nucleo-h743zi");
    private static final long FLASH_BYTES = BOARD.budget().flashBytes();
    private static final long RAM_BYTES = BOARD.budget().ramBytes();
    private static final Budget OWN = Budget.of(OptionalLong.of(1000), OptionalLong.of(1000), BOARD.budget());

    @Test
    void shouldNameTheBudgetThatWouldDo() {
        assertEquals("--flash-budget 5000", remedy(OWN, Memory.FLASH, 5000));
        assertEquals("--ram-budget " + RAM_BYTES, remedy(OWN, Memory.RAM, RAM_BYTES));
        assertEquals(
                "--requantize to mixed precision, or --ram-budget 7000",
                BudgetRemedy.ofKeptBits(request(OWN), new Shortage(Memory.RAM, 7000)));
    }

    @Test
    void shouldNameNoBudgetAboveTheBoards() {
        assertEquals(
                "a smaller network, or a board with more memory (hilda profile list): nucleo-h743zi leaves " + RAM_BYTES
                        + " bytes of RAM to a network",
                remedy(OWN, Memory.RAM, RAM_BYTES + 1));
        assertEquals(
                "--requantize to mixed precision, or a smaller network, or a board with more memory (hilda profile list):"
                        + " nucleo-h743zi leaves " + FLASH_BYTES + " bytes of flash to a network",
                BudgetRemedy.ofKeptBits(request(OWN), new Shortage(Memory.FLASH, FLASH_BYTES + 1)));
    }

    @Test
    void shouldNotAskTheBoardAboutThePapersBudgets() {
        assertEquals("--ram-budget 9000000", remedy(Budget.paper(1, 1), Memory.RAM, 9_000_000));
    }

    private static String remedy(Budget budget, Memory memory, long leastBytes) {
        return BudgetRemedy.of(request(budget), new Shortage(memory, leastBytes));
    }

    private static QuantizeRequest request(Budget budget) {
        return new QuantizeRequest(
                Path.of("model.tflite"),
                BOARD,
                budget,
                Optional.empty(),
                1,
                CalibrationMethod.MSE,
                QuantizationVariant.PC_ICN,
                BitSearch.MEMORY_DRIVEN,
                Optional.empty(),
                false);
    }
}
