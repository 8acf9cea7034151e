// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThresholdFitTest {
    private static final long SEED = Long.getLong("hilda.seed", 26);
    private static final int TRIES = 3000;
    private static final int RANGE = 60;

    @Test
    void shouldAlwaysFitTwoThresholds() {
        Random random = new Random(SEED);
        for (int tried = 0; tried < TRIES; tried++) {
            ThresholdFit.Exact exact = exact(random, -1, 1, 0.5);
            Optional<ThresholdFit> fit = ThresholdFit.of(exact, 0);
            assertTrue(fit.isPresent(), exact + ", seed " + SEED);
            assertSameCodes(exact, fit.get(), 0);
        }
    }

    @Test
    void shouldFitMoreThresholdsExactlyOrNotAtAll() {
        Random random = new Random(SEED);
        int fitted = 0;
        for (int tried = 0; tried < TRIES; tried++) {
            ThresholdFit.Exact exact = exact(random, 0, 3 + random.nextInt(12), random.nextBoolean() ? 0.5 : 0);
            double half = random.nextBoolean() ? 0.5 : 0;
            Optional<ThresholdFit> fit = ThresholdFit.of(exact, half);
            if (fit.isPresent()) {
                fitted++;
                assertSameCodes(exact, fit.get(), half);
            }
        }
        assertTrue(fitted > TRIES / 3, fitted + " of " + TRIES + ", seed " + SEED);
    }

    private static ThresholdFit.Exact exact(Random random, int first, int last, double half) {
        double multiplier = Math.pow(2, -5 + 5 * random.nextDouble());
        double offset = 4 * random.nextGaussian();
        return new ThresholdFit.Exact(multiplier, offset, first, last, half, RANGE);
    }

    private static void assertSameCodes(ThresholdFit.Exact exact, ThresholdFit fit, double half) {
        for (int sum = -RANGE; sum <= RANGE; sum++) {
            double real = exact.multiplier() * sum + exact.offset();
            double integer = fit.multiplier() * (sum + fit.bias());
            assertEquals(
                    code(exact, real + exact.half()),
                    code(exact, integer + half),
                    exact + ", " + fit + ", " + sum + ", seed " + SEED);
        }
    }

    private static double code(ThresholdFit.Exact exact, double value) {
        return Math.max(exact.first(), Math.min(exact.last(), Math.floor(value)));
    }
}
