// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset.shapes;

/** An RGB picture on which regions are painted with soft edges: 4×4 points decide how much of a pixel is covered. */
final class Canvas {
    /** Units of a pixel in the coordinates of regions. */
    static final int PIXEL = 8;

    private static final int POINTS = 4;
    private static final int CHANNELS = 3;

    private final int size;
    private final int[] values;

    /** A region of the plane; coordinates are eighths of a pixel from the top left corner, x to the right, y down. */
    interface Region {
        boolean contains(int x, int y);
    }

    /** Where a region lies, in the same coordinates; all points of the region are inside. */
    record Box(int left, int top, int right, int bottom) {}

    /** A colour that may differ from place to place; coordinates are pixels. */
    interface Paint {
        int at(int x, int y, int channel);
    }

    Canvas(int size, Paint ground) {
        this.size = size;
        this.values = new int[size * size * CHANNELS];
        for (int i = 0; i < values.length; i++) {
            values[i] = ground.at(i / CHANNELS % size, i / CHANNELS / size, i % CHANNELS);
        }
    }

    void paint(Region region, Box box, Paint paint) {
        int bottom = Math.min(box.bottom() / PIXEL, size - 1);
        int right = Math.min(box.right() / PIXEL, size - 1);
        for (int y = Math.max(box.top() / PIXEL, 0); y <= bottom; y++) {
            for (int x = Math.max(box.left() / PIXEL, 0); x <= right; x++) {
                int covered = coveredPoints(region, x, y);
                for (int channel = 0; covered > 0 && channel < CHANNELS; channel++) {
                    int at = (y * size + x) * CHANNELS + channel;
                    int all = POINTS * POINTS;
                    values[at] = (values[at] * (all - covered) + paint.at(x, y, channel) * covered + all / 2) / all;
                }
            }
        }
    }

    private static int coveredPoints(Region region, int x, int y) {
        int covered = 0;
        for (int row = 0; row < POINTS; row++) {
            for (int column = 0; column < POINTS; column++) {
                int pointX = x * PIXEL + 2 * column + 1;
                int pointY = y * PIXEL + 2 * row + 1;
                if (region.contains(pointX, pointY)) {
                    covered++;
                }
            }
        }
        return covered;
    }

    /** Adds noise to each value: the sum of two uniform ones, together at most {@code amplitude} in magnitude. */
    void addNoise(SplitMix64 random, int amplitude) {
        for (int i = 0; i < values.length; i++) {
            long bits = random.next();
            int sum = (int) (bits & 0xFFFF) + (int) (bits >>> 48) - 0xFFFF;
            values[i] = clamp(values[i] + Math.floorDiv(sum * amplitude, 1 << 16));
        }
    }

    /** The picture in the order height, width, channel. */
    byte[] bytes() {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) clamp(values[i]);
        }
        return bytes;
    }

    static int clamp(int value) {
        return Math.min(Math.max(value, 0), 255);
    }
}
