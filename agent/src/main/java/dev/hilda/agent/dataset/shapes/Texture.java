// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset.shapes;

/** A colour with a slope of brightness and value noise: random brightness on a grid, interpolated between its knots. */
final class Texture implements Canvas.Paint {
    private static final int FRACTION = 256;

    private final int[] colour;
    private final int cell;
    private final int knotsPerRow;
    private final int[] knots;
    private final int slopeX;
    private final int slopeY;

    /**
     * @param amplitude of the noise, 0 … 255
     * @param cell pixels between two knots
     */
    Texture(SplitMix64 random, int[] colour, int size, int amplitude, int cell) {
        this.colour = colour.clone();
        this.cell = cell;
        this.knotsPerRow = size / cell + 2;
        this.knots = new int[knotsPerRow * knotsPerRow];
        for (int i = 0; i < knots.length; i++) {
            knots[i] = random.between(-amplitude, amplitude);
        }
        // In units of 1/16 of a step of brightness per pixel.
        this.slopeX = random.between(-24, 24);
        this.slopeY = random.between(-24, 24);
    }

    @Override
    public int at(int x, int y, int channel) {
        int slope = Math.floorDiv(slopeX * (x - 16) + slopeY * (y - 16), 16);
        return Canvas.clamp(colour[channel] + slope + noise(x, y));
    }

    private int noise(int x, int y) {
        int knot = y / cell * knotsPerRow + x / cell;
        int right = x % cell * FRACTION / cell;
        int down = y % cell * FRACTION / cell;
        int above = knots[knot] * (FRACTION - right) + knots[knot + 1] * right;
        int below = knots[knot + knotsPerRow] * (FRACTION - right) + knots[knot + knotsPerRow + 1] * right;
        return Math.floorDiv(above * (FRACTION - down) + below * down, FRACTION * FRACTION);
    }
}
