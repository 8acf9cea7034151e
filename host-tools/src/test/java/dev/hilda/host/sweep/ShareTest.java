// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShareTest {
    /** Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3: 81/263 and 15/148. */
    @Test
    void shouldEqualPublishedIntervalsOfWilson() {
        assertEquals(0.2553, Share.of(81, 263).low(), 5e-5);
        assertEquals(0.3662, Share.of(81, 263).high(), 5e-5);
        assertEquals(0.0624, Share.of(15, 148).low(), 5e-5);
        assertEquals(0.1605, Share.of(15, 148).high(), 5e-5);
        assertEquals(0, Share.of(0, 20).low());
        assertEquals(1, Share.of(20, 20).high());
    }

    /** 2 lost and 1 won of 10: −0.1 ± 1.96 · √(3 − 1/10) / 10. */
    @Test
    void shouldPairByImage() {
        Share difference = Share.difference("1110001111", List.of("0010011111"));
        assertEquals(-0.1, difference.value(), 1e-12);
        assertEquals(-0.1 - 1.959964 * Math.sqrt(2.9) / 10, difference.low(), 1e-12);
        assertEquals(-0.1 + 1.959964 * Math.sqrt(2.9) / 10, difference.high(), 1e-12);
        assertEquals(0, Share.difference("1010", List.of("1010")).high(), 0);
    }

    /** Of 2,000 pairs of draws, about 95 in 100 intervals hold the true difference of 0.1. */
    @Test
    void shouldCoverTheTrueDifference() {
        SplittableRandom random = new SplittableRandom(7);
        int covered = 0;
        for (int trial = 0; trial < 2000; trial++) {
            StringBuilder before = new StringBuilder();
            StringBuilder now = new StringBuilder();
            for (int image = 0; image < 300; image++) {
                double draw = random.nextDouble();
                before.append(draw < 0.7 || draw > 0.95 ? '1' : '0');
                now.append(draw < 0.55 || draw > 0.9 ? '1' : '0');
            }
            Share difference = Share.difference(before.toString(), List.of(now.toString()));
            covered += difference.low() <= -0.1 && difference.high() >= -0.1 ? 1 : 0;
        }
        assertTrue(covered > 1860 && covered < 1940, covered + " of 2000");
    }

    /** Of 2 seeds: differences −1, 0.5, 0 and 0, of mean −0.125 and of squares 1.25. */
    @Test
    void shouldAverageSeedsByImage() {
        Share difference = Share.difference("1011", List.of("0011", "0111"));
        assertEquals(-0.125, difference.value(), 1e-12);
        assertEquals(-0.125 + 1.959964 * Math.sqrt(1.25 - 0.0625) / 4, difference.high(), 1e-12);
    }
}
