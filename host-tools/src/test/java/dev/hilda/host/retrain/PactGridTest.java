// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PactGridTest {
    /** 2 bits: α = 1.5 in steps of 0.5. */
    private static final ActivationQuantization START = new ActivationQuantization(2, 0.5, 0, Rounding.HALF_UP);

    private final PactGrid grid = new PactGrid("value", START);

    @Test
    void shouldClipAndRoundDown() {
        float[] values = {-0.1f, 0, 0.49f, 0.5f, 0.99f, 1.01f, 1.49f, 1.5f, 7};
        assertArrayEquals(new float[] {0, 0, 0, 0.5f, 0.5f, 1, 1, 1.5f, 1.5f}, grid.rounded(values));
    }

    /** INTEGER.md: averages have no other rounding. */
    @Test
    void shouldRoundAveragesToTheNearest() {
        float[] values = {0, 0.24f, 0.25f, 0.74f, 0.75f, 1.5f};
        assertArrayEquals(new float[] {0, 0, 0.5f, 0.5f, 1, 1.5f}, grid.averaged(values));
    }

    @Test
    void shouldSayThatItRoundsDown() {
        assertEquals(new ActivationQuantization(2, 0.5, 0, Rounding.FLOOR), grid.quantization());
        grid.parameter().values()[0] = 3;
        assertEquals(new ActivationQuantization(2, 1, 0, Rounding.FLOOR), grid.quantization());
        assertEquals(0.25, grid.roundedOff(), "of the start");
    }

    @Test
    void shouldDecay() {
        assertEquals(1e-4, grid.parameter().decay());
    }

    /** L = Σ g·min(max(x, 0), α). */
    @Property(tries = 100)
    void shouldDifferentiateByAlphaAndTheValues(@ForAll long seed) {
        Random random = new Random(seed);
        float[] values = new float[50];
        float[] outer = new float[50];
        for (int index = 0; index < 50; index++) {
            float drawn = (float) random.nextGaussian() + 0.5f;
            boolean isNear = Math.abs(drawn) < 0.02 || Math.abs(drawn - 1.5) < 0.02;
            values[index] = isNear ? drawn + 0.05f : drawn;
            outer[index] = (float) random.nextGaussian();
        }
        float[] slopes = outer.clone();
        double found = new PactGrid("value", START).gradient(values, slopes);
        double step = 1e-3;
        double difference = clipped(values, outer, 1.5 + step) - clipped(values, outer, 1.5 - step);
        assertEquals(difference / (2 * step), found, 1e-3);
        for (int index = 0; index < 50; index++) {
            float before = values[index];
            values[index] = (float) (before + step);
            double ahead = clipped(values, outer, 1.5);
            values[index] = (float) (before - step);
            double behind = clipped(values, outer, 1.5);
            values[index] = before;
            assertEquals((ahead - behind) / (2 * step), slopes[index], 1e-2);
        }
    }

    private static double clipped(float[] values, float[] outer, double alpha) {
        double sum = 0;
        for (int index = 0; index < values.length; index++) {
            sum += outer[index] * Math.min(alpha, Math.max(0, values[index]));
        }
        return sum;
    }

    @Test
    void shouldCountWhatIsAtAlpha() {
        float[] slopes = {1, 2, 4};
        assertEquals(6, grid.gradient(new float[] {1.4f, 1.5f, 1.6f}, slopes));
        assertArrayEquals(new float[] {1, 0, 0}, slopes);
    }

    /** What does not begin at 0, or lacks codes, keeps a step. */
    @Test
    void shouldLeaveOtherCodesTheirStep() {
        ActivationQuantization signed = new ActivationQuantization(4, 0.1, 3, Rounding.HALF_UP);
        ActivationQuantization narrow = new ActivationQuantization(4, 0.1, 0, Rounding.HALF_UP, 0, 14);
        assertInstanceOf(SteppedGrid.class, LearnedGrid.of("value", signed, ActivationQuantizer.PACT));
        assertInstanceOf(SteppedGrid.class, LearnedGrid.of("value", narrow, ActivationQuantizer.PACT));
        assertInstanceOf(SteppedGrid.class, LearnedGrid.of("value", START, ActivationQuantizer.LEARNED_STEP));
        assertInstanceOf(PactGrid.class, LearnedGrid.of("value", START, ActivationQuantizer.PACT));
    }
}
