// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FakeQuantizerTest {
    /** 4 bits, zero point 5: −5 … 10 steps of 0.5. */
    private final FakeQuantizer quantizer = new FakeQuantizer(4, 5);

    @Test
    void shouldRoundHalfUpAndClampAtTheEnds() {
        assertEquals(1.5f, quantizer.rounded(1.3f, 0.5f));
        assertEquals(1.5f, quantizer.rounded(1.25f, 0.5f));
        assertEquals(-1f, quantizer.rounded(-1.25f, 0.5f));
        assertEquals(-2.5f, quantizer.rounded(-9, 0.5f));
        assertEquals(5f, quantizer.rounded(1e9f, 0.5f));
        assertEquals(0f, quantizer.rounded(-0.2f, 0.5f));
    }

    @Test
    void shouldPassErrorsInsideTheRangeOnly() {
        assertTrue(quantizer.isInside(4.9f, 0.5f));
        assertTrue(quantizer.isInside(-2.4f, 0.5f));
        assertFalse(quantizer.isInside(5.1f, 0.5f));
        assertFalse(quantizer.isInside(-2.6f, 0.5f));
    }

    /** Equation 3 of the paper times the step: rounding error inside, the end's value outside. */
    @Test
    void shouldTellHowTheResultChangesWithTheStep() {
        assertEquals(0.2f, quantizer.slopeOfLogScale(1.3f, 0.5f), 1e-6f);
        assertEquals(5f, quantizer.slopeOfLogScale(7, 0.5f), 1e-6f);
        assertEquals(-2.5f, quantizer.slopeOfLogScale(-7, 0.5f), 1e-6f);
    }
}
