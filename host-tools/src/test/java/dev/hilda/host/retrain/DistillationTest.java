// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.tensor.Batch;
import org.junit.jupiter.api.Test;

class DistillationTest {
    private static final TensorShape THREE = TensorShape.vector(3);

    /** ln 3 nats from even odds to (½, ¼, ¼) would be other figures: computed by hand. */
    @Test
    void shouldMeasureDivergenceInNats() {
        Batch even = new Batch(THREE, 1, new float[] {7, 7, 7});
        Batch uneven = new Batch(THREE, 1, new float[] {(float) Math.log(2), 0, 0});
        double expected = (Math.log(1.0 / 3 / 0.5) + 2 * Math.log(1.0 / 3 / 0.25)) / 3;
        assertEquals(expected, Distillation.divergence(even, uneven, 1, new float[3], 1), 1e-6);
    }

    @Test
    void shouldDifferentiateAtTheTemperature() {
        Batch wanted = new Batch(THREE, 2, new float[] {1, -2, 0.5f, 0, 3, -1});
        float[] logits = {0.3f, 0.2f, -1, 2, 2.5f, 0.1f};
        float[] slope = new float[6];
        Distillation.divergence(wanted, new Batch(THREE, 2, logits), 2, slope, 0.5);
        for (int index = 0; index < logits.length; index++) {
            double difference = (at(wanted, logits, index, 1e-2f) - at(wanted, logits, index, -1e-2f)) / 2e-2;
            assertEquals(4 * difference, slope[index], 1e-4);
        }
    }

    private static double at(Batch wanted, float[] logits, int index, float step) {
        float[] moved = logits.clone();
        moved[index] += step;
        return Distillation.divergence(wanted, new Batch(THREE, 2, moved), 2, new float[6], 0.5);
    }
}
