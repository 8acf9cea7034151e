// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class UsartTimingTest {
    @Test
    void shouldRoundDividerToNearest() {
        assertEquals(109, UsartTiming.brr(100_000_000, 921_600));
        assertEquals(868, UsartTiming.brr(100_000_000, 115_200));
    }

    @Test
    void shouldReportWhatRoundingCosts() {
        assertEquals(0.0045, UsartTiming.relativeError(100_000_000, 921_600), 0.0001);
        assertEquals(0.0, UsartTiming.relativeError(120_000_000, 3_000_000), 0.0);
    }
}
