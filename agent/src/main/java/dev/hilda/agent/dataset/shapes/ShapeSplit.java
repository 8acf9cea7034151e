// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset.shapes;

/** Which images are for what: ranges of seeds so far apart that none meets another. */
public enum ShapeSplit {
    /** As many images as training wants; the generator does not run out. */
    TRAIN(0),
    /** Images that ranges of activations are taken from. */
    CALIBRATION(1L << 40),
    /** Images that nothing but measuring has seen. */
    HELD_OUT(2L << 40);

    private final long offset;

    ShapeSplit(long offset) {
        this.offset = offset;
    }

    /** Seed of the first image. Divisible by the number of classes: the first image is of the first class. */
    public long firstSeed() {
        int kinds = ShapeKind.values().length;
        return offset / kinds * kinds;
    }
}
