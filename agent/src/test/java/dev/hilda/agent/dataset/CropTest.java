// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.dataset.Crop.Box;
import org.junit.jupiter.api.Test;

class CropTest {
    /** The odd pixel is dropped after the square: below it and at its right. */
    @Test
    void shouldCentreASquareInWhateverOrientation() {
        assertEquals(new Box(0, 2, 8, 8), Crop.square(1).of(8, 13));
        assertEquals(new Box(2, 0, 8, 8), Crop.square(1).of(13, 8));
        assertEquals(new Box(0, 3, 7, 7), Crop.square(0.875).of(8, 13));
        assertEquals(new Box(0, 0, 8, 8), Crop.square(1).of(8, 8));
    }

    @Test
    void shouldUseOnePixelAtLeast() {
        assertEquals(new Box(4, 6, 1, 1), Crop.square(0.01).of(9, 13));
    }

    /** As TensorFlow's central_crop: the same number of pixels goes at both edges, rounded down. */
    @Test
    void shouldDropAsMuchAtBothEdges() {
        assertEquals(new Box(0, 0, 8, 13), Crop.central(1).of(8, 13));
        assertEquals(new Box(0, 0, 8, 13), Crop.central(0.875).of(8, 13));
        assertEquals(new Box(1, 0, 14, 13), Crop.central(0.875).of(16, 13));
        assertEquals(new Box(2, 3, 4, 7), Crop.central(0.5).of(8, 13));
    }
}
