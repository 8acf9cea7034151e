// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final TensorShape SHAPE = new TensorShape(16, 24, 2);

    /** −1 … 127/128. */
    private static final ActivationQuantization GRID = new ActivationQuantization(8, 1.0 / 128, 128, Rounding.HALF_UP);

    private static final int DRAWS = 400;

    private final Augmentation augmentation = new Augmentation(SHAPE, GRID);

    /** Every value of the image says where it is: mirrored or not, by up to an eighth, at most 4, reflected at the edge. */
    @Test
    void shouldMoveMirrorAndBrighten() {
        float[] image = new float[SHAPE.elements()];
        for (int index = 0; index < image.length; index++) {
            image[index] = -1 + 0.5f * index / image.length;
        }
        Set<String> seen = new HashSet<>();
        double least = 2;
        double most = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            float[] drawn =
                    augmentation.draw(image, image, new SplittableRandom(draw)).values();
            String found = "mixed";
            for (int down = -4; down <= 4; down++) {
                for (int across = -4; across <= 4; across++) {
                    for (boolean isMirrored : new boolean[] {false, true}) {
                        double gain = gain(image, drawn, down, across, isMirrored);
                        if (gain > 0) {
                            found = down + " " + across + " " + isMirrored;
                            least = Math.min(least, gain);
                            most = Math.max(most, gain);
                        }
                    }
                }
            }
            seen.add(found);
        }
        // An eighth of 16 is 2, of 24 is 3; a half is mixed.
        assertTrue(seen.remove("mixed"));
        assertTrue(seen.stream().allMatch(found -> found.matches("-?[0-2] -?[0-3] .*")), seen::toString);
        assertTrue(seen.stream().anyMatch(found -> found.matches("-2 .*")), seen::toString);
        assertTrue(seen.stream().anyMatch(found -> found.matches("2 .*")), seen::toString);
        assertTrue(seen.stream().anyMatch(found -> found.matches("-?[0-2] -3 .*")), seen::toString);
        assertTrue(seen.stream().anyMatch(found -> found.matches("-?[0-2] 3 .*")), seen::toString);
        assertTrue(seen.stream().anyMatch(found -> found.endsWith("true")), seen::toString);
        assertTrue(seen.stream().anyMatch(found -> found.endsWith("false")), seen::toString);
        assertTrue(least >= 0.8 && least < 0.82 && most <= 1.2 && most > 1.18, least + " to " + most);
    }

    /** Of darkness, −1; 0 where the picture is another one. */
    private static double gain(float[] image, float[] drawn, int down, int across, boolean isMirrored) {
        double gain = 0;
        for (int y = 0; y < SHAPE.height(); y++) {
            for (int x = 0; x < SHAPE.width(); x++) {
                int row = reflected(y + down, SHAPE.height());
                int column = reflected(x + across, SHAPE.width());
                column = isMirrored ? SHAPE.width() - 1 - column : column;
                for (int channel = 0; channel < 2; channel++) {
                    double before = image[(row * SHAPE.width() + column) * 2 + channel] + 1.0;
                    double after = drawn[(y * SHAPE.width() + x) * 2 + channel] + 1.0;
                    gain = gain == 0 && before > 0.01 ? after / before : gain;
                    if (gain != 0 && Math.abs(after - gain * before) > 1e-4) {
                        return 0;
                    }
                }
            }
        }
        return gain;
    }

    /** Edges are not repeated: … 2 1 | 0 1 2 …. */
    private static int reflected(int position, int extent) {
        if (position < 0) {
            return -position;
        }
        return position < extent ? position : 2 * extent - 2 - position;
    }

    /** Of black and white pictures only mixing makes grey ones; the first is at least half of it. */
    @Test
    void shouldMixHalfOfThemWithAnother() {
        float[] black = new float[SHAPE.elements()];
        float[] white = new float[SHAPE.elements()];
        Arrays.fill(black, -1);
        Arrays.fill(white, 1);
        int mixed = 0;
        double most = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            Augmentation.Drawn drawn = augmentation.draw(black, white, new SplittableRandom(draw));
            double white01 = (drawn.values()[0] + 1) / 2;
            // The second may be darker, and white clips what is brighter.
            assertTrue(white01 <= 1 - drawn.share() + 1e-6 && white01 >= 0.8 * (1 - drawn.share()) - 1e-6);
            mixed += white01 > 0 ? 1 : 0;
            most = Math.max(most, white01);
        }
        assertEquals(0.5, (double) mixed / DRAWS, 0.1);
        assertTrue(most > 0.4 && most <= 0.5, "share of the second up to " + most);
    }

    @Test
    void shouldStayWithinTheCodes() {
        float[] bright = new float[SHAPE.elements()];
        Arrays.fill(bright, 0.99f);
        for (int draw = 0; draw < DRAWS; draw++) {
            for (float value : augmentation
                    .draw(bright, bright, new SplittableRandom(draw))
                    .values()) {
                assertTrue(value >= -1 && value <= 127 / 128f, "drawn " + value);
            }
        }
    }
}
