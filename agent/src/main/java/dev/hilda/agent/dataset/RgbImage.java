// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

/** A decoded image: red, green and blue bytes of each pixel, row by row from the top left. */
final class RgbImage {
    private static final int UPRIGHT = 1;

    /** From this tag on, rows of the picture are columns of the file. */
    private static final int FIRST_TRANSPOSED = 5;

    private final int width;
    private final int height;
    private final byte[] values;

    /** @param values width × height × 3; taken over, not copied */
    RgbImage(int width, int height, byte[] values) {
        this.width = width;
        this.height = height;
        this.values = values;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Of the pixel's channel: 0 red, 1 green, 2 blue. */
    int value(int x, int y, int channel) {
        return Byte.toUnsignedInt(values[(y * width + x) * ImageDecoder.RGB + channel]);
    }

    /**
     * The picture the right way up.
     *
     * @param orientation as Exif's tag 0x0112 says, 1 to 8: 1 as stored, 2 mirrored left to right, 3 turned by 180°, 4
     *     mirrored top to bottom, 5 transposed, 6 to be turned clockwise, 7 transposed across, 8 to be turned
     *     counter-clockwise
     */
    RgbImage turned(int orientation) {
        if (orientation == UPRIGHT) {
            return this;
        }
        boolean isTransposed = orientation >= FIRST_TRANSPOSED;
        int turnedWidth = isTransposed ? height : width;
        int turnedHeight = isTransposed ? width : height;
        byte[] turned = new byte[values.length];
        for (int y = 0; y < turnedHeight; y++) {
            for (int x = 0; x < turnedWidth; x++) {
                int from = storedAt(orientation, x, y) * ImageDecoder.RGB;
                System.arraycopy(values, from, turned, (y * turnedWidth + x) * ImageDecoder.RGB, ImageDecoder.RGB);
            }
        }
        return new RgbImage(turnedWidth, turnedHeight, turned);
    }

    /** The stored pixel that belongs at x, y. */
    private int storedAt(int orientation, int x, int y) {
        int right = width - 1;
        int bottom = height - 1;
        return switch (orientation) {
            case 2 -> y * width + right - x;
            case 3 -> (bottom - y) * width + right - x;
            case 4 -> (bottom - y) * width + x;
            case 5 -> x * width + y;
            case 6 -> (bottom - x) * width + y;
            case 7 -> (bottom - x) * width + right - y;
            case 8 -> x * width + right - y;
            default -> throw new IllegalArgumentException("expected an orientation of 1 to 8, got " + orientation);
        };
    }
}
