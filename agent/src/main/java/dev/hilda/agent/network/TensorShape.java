// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/** Extent of a tensor of batch 1 in the axis order height, width, channel. All at least 1. */
public record TensorShape(int height, int width, int channels) {
    private static final long MAX_ELEMENTS = 1L << 28;

    public TensorShape {
        Checks.that(height >= 1 && width >= 1 && channels >= 1, "a shape of at least 1×1×1", height, width, channels);
        Checks.that(
                (double) height * width * channels <= MAX_ELEMENTS,
                "a shape of at most 2^28 elements",
                height,
                width,
                channels);
    }

    /** A vector: 1×1×channels. */
    public static TensorShape vector(int channels) {
        return new TensorShape(1, 1, channels);
    }

    public int pixels() {
        return height * width;
    }

    public int elements() {
        return height * width * channels;
    }

    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
