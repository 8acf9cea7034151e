// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import java.util.Arrays;
import java.util.List;

/** Immutable float32 values in row-major order, for example weights. All finite. */
public final class FloatTensor {
    private final List<Integer> shape;
    private final float[] values;

    /**
     * @param shape extents, outermost first
     * @param values as many as the product of the extents
     */
    public FloatTensor(List<Integer> shape, float[] values) {
        this.shape = List.copyOf(shape);
        this.values = values.clone();
        long expected = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        Require.that(expected == values.length, () -> "expected " + expected + " values, got " + values.length);
        for (float value : this.values) {
            if (!Float.isFinite(value)) {
                throw new GraphException("expected finite values, got " + value);
            }
        }
    }

    /** A vector. */
    public static FloatTensor vector(float... values) {
        return new FloatTensor(List.of(values.length), values);
    }

    public List<Integer> shape() {
        return shape;
    }

    public int extent(int axis) {
        return shape.get(axis);
    }

    public int size() {
        return values.length;
    }

    public float get(int index) {
        return values[index];
    }

    /** A copy. */
    public float[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FloatTensor that && shape.equals(that.shape) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "FloatTensor" + shape;
    }
}
