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

    /**
     * Of two tensors that are combined element by element: along each axis both have one extent, or one has 1.
     *
     * @throws IllegalArgumentException when neither is so
     */
    public TensorShape broadcast(TensorShape other) {
        TensorShape shape = new TensorShape(
                Math.max(height, other.height), Math.max(width, other.width), Math.max(channels, other.channels));
        Checks.that(
                canBroadcastTo(shape) && other.canBroadcastTo(shape),
                "shapes of one extent or 1 along each axis",
                this,
                other);
        return shape;
    }

    private boolean canBroadcastTo(TensorShape shape) {
        return (height == 1 || height == shape.height)
                && (width == 1 || width == shape.width)
                && (channels == 1 || channels == shape.channels);
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
