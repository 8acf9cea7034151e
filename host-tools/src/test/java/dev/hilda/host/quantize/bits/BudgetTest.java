// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.host.memory.FusionMode;
import dev.hilda.profile.NetworkBudget;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final NetworkBudget BOARD = new NetworkBudget(10, 1000, 20, 400);

    @Test
    void shouldBeTheBoardsUnlessTheUserAsksForLess() {
        OptionalLong unsaid = OptionalLong.empty();
        assertEquals(
                new Budget(1000, 400, RamModel.PUBLISHED, FusionMode.OFF, false), Budget.of(unsaid, unsaid, BOARD));
        assertEquals(
                new Budget(999, 400, RamModel.PUBLISHED, FusionMode.OFF, false),
                Budget.of(OptionalLong.of(999), OptionalLong.of(401), BOARD));
        assertEquals(
                new Budget(1000, 399, RamModel.PUBLISHED, FusionMode.OFF, false),
                Budget.of(OptionalLong.of(1001), OptionalLong.of(399), BOARD));
    }

    @Test
    void shouldBeAtLeastAByte() {
        assertEquals(new Budget(1, 1, RamModel.PUBLISHED, FusionMode.OFF, true), Budget.paper(1, 1));
        assertThrows(IllegalArgumentException.class, () -> Budget.paper(0, 1));
        assertThrows(IllegalArgumentException.class, () -> Budget.paper(1, 0));
    }
}
