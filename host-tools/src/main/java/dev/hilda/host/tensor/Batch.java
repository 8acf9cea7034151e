// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import dev.hilda.agent.network.TensorShape;

/**
 * The activations of one value for some images: float32 in the order image, height, width, channel. The array is shared,
 * not copied: who reads it does not write to it.
 */
public final class Batch {
    private final TensorShape shape;
    private final int images;
    private final float[] values;

    /**
     * @param shape of one image's activations
     * @param values images × shape.elements()
     */
    public Batch(TensorShape shape, int images, float[] values) {
        if (images < 1 || (long) images * shape.elements() != values.length) {
            throw new IllegalArgumentException("expected " + images + " x " + shape + " values, got " + values.length);
        }
        this.shape = shape;
        this.images = images;
        this.values = values;
    }

    public TensorShape shape() {
        return shape;
    }

    public int images() {
        return images;
    }

    /** Positions of all images: one value per channel each. */
    public int pixels() {
        return images * shape.pixels();
    }

    /** The array itself. */
    public float[] values() {
        return values;
    }
}
