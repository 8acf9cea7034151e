// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WireTallyTest {
    private final WireTally tally = new WireTally(3);

    private void images(long start, long cycles, int count) {
        for (int image = 1; image <= count; image++) {
            tally.add(start + image * cycles);
        }
    }

    @Test
    void shouldCountFromWhereAsManyAreDoneAsCanBeUnderWay() {
        images(1000, 50, 10);
        assertEquals(6, tally.intervals());
        assertEquals(6 * 50, tally.cycles());
    }

    @Test
    void shouldCountFromHalfWayInAShortStretch() {
        images(1000, 50, 4);
        assertEquals(1, tally.intervals());
        assertEquals(50, tally.cycles());
    }

    @Test
    void shouldNotCountTheInterruptionAndAddWhatIsBeforeIt() {
        images(1_000_000, 50, 10);
        tally.interrupted(true);
        assertEquals(6, tally.intervals());
        images(0, 70, 6); // by the clock of the next boot
        assertEquals(6 + 2, tally.intervals());
        assertEquals(6 * 50 + 2 * 70, tally.cycles());
        tally.interrupted(false);
        assertEquals(0, tally.intervals(), "of a line at another rate");
        images(0, 90, 10);
        assertEquals(6 * 90, tally.cycles());
    }
}
