// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RateScheduleTest {
    /** Whatever the parameter's own. */
    @Test
    void shouldFallAsPublished() {
        double[] expected = {1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 5e-5, 5e-5, 5e-5, 1e-5, 1e-5, 1e-5};
        for (int epoch = 0; epoch < expected.length; epoch++) {
            assertEquals(expected[epoch], RateSchedule.PUBLISHED.rate(3, epoch, 0.3), "epoch " + epoch);
        }
    }

    @Test
    void shouldFallAlongHalfACosine() {
        assertEquals(3, RateSchedule.COSINE.rate(3, 7, 0));
        assertEquals(3 * (1 + Math.sqrt(0.5)) / 2, RateSchedule.COSINE.rate(3, 0, 0.25), 1e-12);
        assertEquals(1.5, RateSchedule.COSINE.rate(3, 0, 0.5), 1e-12);
        assertEquals(0, RateSchedule.COSINE.rate(3, 0, 1));
        assertEquals(0.15, RateSchedule.GENTLE.rate(3, 0, 0.5), 1e-12);
    }

    /** Adam's first step is as long as the rate. */
    @Test
    void shouldStepByTheRateOfEachParameter() {
        Parameter slow = new Parameter("slow", new float[] {1}, 0.01);
        Parameter fast = new Parameter("fast", new float[] {1}, 0.1);
        new TrainingState(List.of(slow, fast))
                .update(new float[][] {{-2}, {5}}, own -> RateSchedule.COSINE.rate(own, 0, 0.5));
        assertEquals(1.005f, slow.values()[0], 1e-6);
        assertEquals(0.95f, fast.values()[0], 1e-6);
        Parameter published = new Parameter("published", new float[] {1}, 0.1);
        new TrainingState(List.of(published))
                .update(new float[][] {{-2}}, own -> RateSchedule.PUBLISHED.rate(own, 6, 0.5));
        assertEquals(1 + 5e-5f, published.values()[0], 1e-7);
    }
}
