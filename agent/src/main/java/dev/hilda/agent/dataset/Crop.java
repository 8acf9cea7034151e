// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

/**
 * The part of an image about its centre that is used; {@link DataSets} states both kinds.
 *
 * @param share above 0 and at most 1
 * @param isSquare whether the share is of the shorter side, for both sides
 */
record Crop(double share, boolean isSquare) {
    /** Pixels from {@code left} and {@code top} on. */
    record Box(int left, int top, int width, int height) {}

    static Crop central(double share) {
        return new Crop(share, false);
    }

    static Crop square(double share) {
        return new Crop(share, true);
    }

    Box of(int width, int height) {
        if (isSquare) {
            int side = Math.max(1, (int) Math.round(share * Math.min(width, height)));
            return new Box((width - side) / 2, (height - side) / 2, side, side);
        }
        int left = dropped(width);
        int top = dropped(height);
        return new Box(left, top, width - 2 * left, height - 2 * top);
    }

    /** At each of two opposite edges, as TensorFlow's {@code central_crop} does. */
    private int dropped(int extent) {
        return (int) ((extent - extent * share) / 2);
    }
}
