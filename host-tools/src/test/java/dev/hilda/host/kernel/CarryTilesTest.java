// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import static dev.hilda.host.kernel.Schemes.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CarryTilesTest {
    /** 47 of the 64 groups of four pixels would fit: two tiles, of 32 each. */
    @Test
    void shouldMakeTilesOfTheSameSize() {
        Tensor pixels = tensor(new TensorShape(16, 16, 32), 8);
        CarryTiles tiles = CarryTiles.of(8, 9 * 32, pixels, pixels).orElseThrow();
        assertEquals(32, tiles.tileGroups());
        assertEquals(32 + 32 * 16 * (9 * 32 / 2 + 1), tiles.scratchBytes());
    }

    @Test
    void shouldHaveAsFewTilesAsFitAndNoneLargerThanThatNeeds() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1000; i++) {
            int inputs = 4 * random.nextInt(1, 800);
            int channels = random.nextInt(1, 300);
            TensorShape shape = new TensorShape(random.nextInt(1, 60), random.nextInt(1, 60), channels);
            Tensor output = tensor(shape, 8);
            Tensor input = tensor(new TensorShape(shape.height(), shape.width(), inputs), 8);
            String what = "seed " + seed + ", case " + i + ": " + inputs + " inputs, " + shape;
            CarryTiles tiles = CarryTiles.of(8, inputs, input, output).orElseThrow();

            long groups = (shape.pixels() + 3) / 4;
            boolean isCached = (long) inputs * ((channels + 1) / 2 * 2) <= 8192;
            long most = (WeightedScheme.MOST_SCRATCH_BYTES - 32) / (16 * (inputs / 2 + 1));
            long largest = Math.min(isCached ? Math.min(groups, 8) : groups, most);
            long count = (groups + largest - 1) / largest;
            assertTrue(tiles.tileGroups() * count >= groups, what);
            assertTrue((tiles.tileGroups() - 1) * count < groups, what);
            assertTrue(tiles.scratchBytes() <= WeightedScheme.MOST_SCRATCH_BYTES, what);
        }
    }
}
