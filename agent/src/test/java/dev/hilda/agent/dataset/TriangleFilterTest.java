// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TriangleFilterTest {
    @Test
    void shouldGiveTheBytesThatTheDefinitionGivesByHand() {
        // Three to two, in units of 1/4 of a pixel: inputs at 2, 6 and 10, centres at 3 and 9, reach 6.
        byte[] row = {0, (byte) 96, (byte) 240};
        // Weights 5, 3, 0 and 0, 3, 5: (0·5 + 96·3)/8 and (96·3 + 240·5)/8.
        assertArrayEquals(new byte[] {36, (byte) 186}, TriangleFilter.resize(row, 1, 3, 1, 1, 2));
        // One to three repeats; two to four interpolates at ¼ and ¾.
        assertArrayEquals(new byte[] {7, 7, 7}, TriangleFilter.resize(new byte[] {7}, 1, 1, 1, 1, 3));
        assertArrayEquals(new byte[] {0, 25, 75, 100}, TriangleFilter.resize(new byte[] {0, 100}, 2, 1, 1, 4, 1));
    }

    @Property(tries = 150)
    void shouldStayWithinAStepOfTheSameFilterInFloatingPoint(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 40) int outHeight,
            @ForAll @IntRange(min = 1, max = 40) int outWidth) {
        int channels = 1 + (int) Math.floorMod(seed, 3L);
        byte[] pixels = new byte[height * width * channels];
        new Random(seed).nextBytes(pixels);
        byte[] resized = TriangleFilter.resize(pixels, height, width, channels, outHeight, outWidth);
        for (int y = 0; y < outHeight; y++) {
            for (int x = 0; x < outWidth; x++) {
                for (int c = 0; c < channels; c++) {
                    double expected = filtered(pixels, height, width, channels, outHeight, outWidth, y, x, c);
                    int actual = Byte.toUnsignedInt(resized[(y * outWidth + x) * channels + c]);
                    // Half a step of each pass.
                    assertEquals(expected, actual, 1.01);
                }
            }
        }
    }

    @Property(tries = 50)
    void shouldLeaveAPictureOfTheRightSizeAlone(@ForAll long seed) {
        byte[] pixels = new byte[9 * 7 * 3];
        new Random(seed).nextBytes(pixels);
        assertArrayEquals(pixels, TriangleFilter.resize(pixels, 9, 7, 3, 9, 7));
    }

    @Property(tries = 50)
    void shouldKeepAPlainPicturePlain(
            @ForAll @IntRange(min = 0, max = 255) int value, @ForAll @IntRange(min = 1, max = 300) int out) {
        byte[] pixels = new byte[101 * 77];
        Arrays.fill(pixels, (byte) value);
        for (byte resized : TriangleFilter.resize(pixels, 101, 77, 1, out, 13)) {
            assertEquals(value, Byte.toUnsignedInt(resized));
        }
    }

    /** Both passes at once, in double, straight from the definition. */
    private static double filtered(
            byte[] pixels, int height, int width, int channels, int outHeight, int outWidth, int y, int x, int c) {
        double sum = 0;
        double weights = 0;
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                double weight = weight(row, y, height, outHeight) * weight(column, x, width, outWidth);
                weights += weight;
                sum += weight * Byte.toUnsignedInt(pixels[(row * width + column) * channels + c]);
            }
        }
        return sum / weights;
    }

    private static double weight(int i, int o, int in, int out) {
        double scale = Math.max(1, (double) in / out);
        double centre = (o + 0.5) * in / out;
        return Math.max(0, 1 - Math.abs(i + 0.5 - centre) / scale);
    }
}
