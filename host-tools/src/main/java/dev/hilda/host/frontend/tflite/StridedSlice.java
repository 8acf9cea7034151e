// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What STRIDED_SLICE takes: like {@code x[…, 1:-1, ::2, newaxis, 3]} in Python, with a begin, end and stride for each part
 * and masks of the parts that say something else.
 */
final class StridedSlice {
    private final OperatorEntry node;
    private final List<Integer> shape;
    private final long[] begin;
    private final long[] end;
    private final long[] strides;
    private final List<int[]> kept;
    private final List<Integer> result = new ArrayList<>();

    private StridedSlice(OperatorEntry node, List<Integer> shape) {
        this.node = node;
        this.shape = shape;
        this.begin = WeightImport.integers(node.input(1));
        this.end = WeightImport.integers(node.input(2));
        this.strides = WeightImport.integers(node.input(3));
        this.kept = Selection.all(shape);
    }

    static Selection of(OperatorEntry node, List<Integer> shape) {
        StridedSlice slice = new StridedSlice(node, shape);
        slice.takeParts();
        return new Selection(slice.kept, slice.result);
    }

    private void takeParts() {
        ImportProblem.requireIntact(
                end.length == begin.length && strides.length == begin.length && begin.length <= Integer.SIZE,
                "a begin, end and stride for each part of a slice",
                begin.length + ", " + end.length + " and " + strides.length);
        if (node.optionByte(Schema.StridedSlice.OFFSET) != 0) {
            throw new ImportProblem("slices with ends of their own", "with lengths", "export the model again");
        }
        int axis = 0;
        for (int part = 0; part < begin.length; part++) {
            if (isSet(Schema.StridedSlice.ELLIPSIS_MASK, part)) {
                int after = axesAfter(part);
                while (axis < shape.size() - after) {
                    result.add(shape.get(axis++));
                }
            } else if (isSet(Schema.StridedSlice.NEW_AXIS_MASK, part)) {
                result.add(1);
            } else {
                ImportProblem.requireIntact(axis < shape.size(), "parts of " + shape, begin.length + " parts");
                take(part, axis++);
            }
        }
        while (axis < shape.size()) {
            result.add(shape.get(axis++));
        }
    }

    /** Axes that the parts behind an ellipsis are of. */
    private int axesAfter(int ellipsis) {
        return (int) IntStream.range(ellipsis + 1, begin.length)
                .filter(part -> !isSet(Schema.StridedSlice.NEW_AXIS_MASK, part))
                .count();
    }

    private void take(int part, int axis) {
        int extent = shape.get(axis);
        long stride = strides[part];
        ImportProblem.requireIntact(stride != 0, "strides other than 0", stride);
        boolean isDown = stride < 0;
        long first = isSet(Schema.StridedSlice.BEGIN_MASK, part)
                ? (isDown ? extent - 1 : 0)
                : position(begin[part], extent, isDown);
        if (isSet(Schema.StridedSlice.SHRINK_AXIS_MASK, part)) {
            Selection.requireWithin(first, first + 1, extent);
            kept.set(axis, new int[] {(int) first});
            return;
        }
        long last = isSet(Schema.StridedSlice.END_MASK, part)
                ? (isDown ? -1 : extent)
                : position(end[part], extent, isDown);
        // Of a stride beyond the axis only the first remains; none overflows.
        long step = Math.max(-extent, Math.min(extent, stride));
        long count = isDown ? (first - last - step - 1) / -step : (last - first + step - 1) / step;
        ImportProblem.requireIntact(count >= 1, "a slice of " + shape + " that holds something", first + " to " + last);
        kept.set(
                axis,
                IntStream.range(0, (int) count)
                        .map(index -> (int) (first + index * step))
                        .toArray());
        result.add((int) count);
    }

    /** From the end where negative; beyond either end, the end. */
    private static long position(long given, int extent, boolean isDown) {
        long position = given < 0 ? given + extent : given;
        return isDown ? Math.max(-1, Math.min(extent - 1, position)) : Math.max(0, Math.min(extent, position));
    }

    private boolean isSet(int mask, int part) {
        return (node.optionInt(mask, 0) >> part & 1) != 0;
    }
}
