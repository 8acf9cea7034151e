// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.tensor.Batch;
import java.util.List;
import org.junit.jupiter.api.Test;

class DivergenceTest {
    /** Probabilities (1/2, 1/2) and (1/5, 4/5) against (1/4, 3/4) and (1/5, 4/5), one position each, in two images. */
    @Test
    void shouldSumOverPositionsAndImages() {
        Batch one = logits(0, 0, 0, Math.log(4), 7, 7, 3, 3 + Math.log(4));
        Batch other = logits(0, Math.log(3), 5, 5 + Math.log(4), 0, Math.log(3), 0, Math.log(4));
        double position = 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3.0);
        assertEquals(2 * position, Divergence.sum(List.of(one), List.of(other)), 1e-6);
        assertEquals(4 * position, Divergence.sum(List.of(one, one), List.of(other, other)), 1e-6);
        assertEquals(0, Divergence.sum(List.of(one), List.of(one)), 1e-12);
    }

    @Test
    void shouldDifferentiateAtTheTemperature() {
        Batch wanted = logits(1, -2, 0.5, 0, 3, -1, 2, 2.5);
        Batch got = logits(0.3, 0.2, -1, 2, 2.5, 0.1, -0.4, 1);
        for (float temperature : new float[] {1, 2}) {
            float[] slopes = Divergence.slopes(wanted, got, temperature);
            for (int index = 0; index < slopes.length; index++) {
                double ahead = Divergence.sum(wanted, moved(got, index, 0x1p-7f), temperature);
                double behind = Divergence.sum(wanted, moved(got, index, -0x1p-7f), temperature);
                assertEquals((ahead - behind) / 0x1p-6, slopes[index], 1e-4, "output " + index);
            }
        }
    }

    private static Batch moved(Batch batch, int index, float step) {
        float[] values = batch.values().clone();
        values[index] += step;
        return new Batch(batch.shape(), batch.images(), values);
    }

    @Test
    void shouldDivideByTheTemperature() {
        Batch one = logits(0, 2, 4, 6, 1, 1, 1, 3);
        Batch other = logits(3, 1, 2, 2, 0, 8, 5, 1);
        Batch halfOne = logits(0, 1, 2, 3, 0.5, 0.5, 0.5, 1.5);
        Batch halfOther = logits(1.5, 0.5, 1, 1, 0, 4, 2.5, 0.5);
        assertEquals(Divergence.sum(halfOne, halfOther, 1), Divergence.sum(one, other, 2), 1e-9);
    }

    private static Batch logits(double... values) {
        float[] floats = new float[values.length];
        for (int index = 0; index < floats.length; index++) {
            floats[index] = (float) values[index];
        }
        return new Batch(new TensorShape(1, 2, 2), 2, floats);
    }
}
