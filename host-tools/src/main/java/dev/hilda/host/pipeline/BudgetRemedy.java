// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.host.quantize.bits.BudgetException.Memory;
import dev.hilda.host.quantize.bits.BudgetException.Shortage;
import dev.hilda.profile.BoardProfile;

/** What to do about a budget that is too small: never a larger one than the board has. */
final class BudgetRemedy {
    private BudgetRemedy() {}

    /** For a network whose bits are chosen to fit, and did not. */
    static String of(QuantizeRequest request, Shortage shortage) {
        return request.budget().isPaper() || shortage.leastBytes() <= mostBytes(request.profile(), shortage.memory())
                ? option(shortage)
                : beyondTheBoard(request.profile(), shortage.memory());
    }

    /** For a file that keeps its own bits. */
    static String ofKeptBits(QuantizeRequest request, Shortage shortage) {
        boolean boardHasMore = shortage.leastBytes() <= mostBytes(request.profile(), shortage.memory());
        return "--requantize to mixed precision, or "
                + (boardHasMore ? option(shortage) : beyondTheBoard(request.profile(), shortage.memory()));
    }

    private static String option(Shortage shortage) {
        return (shortage.memory() == Memory.FLASH ? "--flash-budget " : "--ram-budget ") + shortage.leastBytes();
    }

    private static String beyondTheBoard(BoardProfile profile, Memory memory) {
        return "a smaller network, or a board with more memory (hilda profile list): " + profile.name() + " leaves "
                + mostBytes(profile, memory) + " bytes of " + (memory == Memory.FLASH ? "flash" : "RAM")
                + " to a network";
    }

    private static long mostBytes(BoardProfile profile, Memory memory) {
        return memory == Memory.FLASH
                ? profile.budget().flashBytes()
                : profile.budget().ramBytes();
    }
}
