// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset.shapes;

/** One image of the set. */
public final class ShapeImage {
    /** Pixels in a row and in a column. */
    public static final int SIZE = 32;

    /** Red, green, blue. */
    public static final int CHANNELS = 3;

    private final int label;
    private final ShapeKind kind;
    private final byte[] pixels;

    private ShapeImage(int label, ShapeKind kind, byte[] pixels) {
        this.label = label;
        this.kind = kind;
        this.pixels = pixels;
    }

    /** What is drawn on it. */
    public ShapeKind kind() {
        return kind;
    }

    /** Place of {@link #kind} among the kinds, from 0. */
    public int label() {
        return label;
    }

    /** 32×32×3 bytes in the order height, width, channel. A copy. */
    public byte[] pixels() {
        return pixels.clone();
    }

    /** Draws the image of a seed, 0 or more. Consecutive seeds go through the classes in turn. */
    public static ShapeImage draw(long seed) {
        ShapeKind[] kinds = ShapeKind.values();
        int label = (int) Math.floorMod(seed, (long) kinds.length);
        return new ShapeImage(label, kinds[label], new Scene(new SplitMix64(seed), kinds[label]).paint());
    }
}
