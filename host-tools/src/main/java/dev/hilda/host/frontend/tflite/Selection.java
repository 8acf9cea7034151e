// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * What an operator takes of its input along each axis.
 *
 * @param kept for each axis of the input, the indices in the result's order
 * @param shape of the result; axes may have come or gone, the order of its elements is that of {@code kept}
 */
record Selection(List<int[]> kept, List<Integer> shape) {
    private static final int PADDINGS = 2;

    static Selection of(OperatorEntry node, TensorEntry data) {
        List<Integer> shape = data.shape();
        return switch (node.operator()) {
            case STRIDED_SLICE -> StridedSlice.of(node, shape);
            case SLICE -> slice(node, shape);
            case SPLIT -> split(node, shape);
            case SPLIT_V -> splitBySizes(node, shape);
            case UNPACK -> unpack(node, shape);
            case GATHER -> gather(node, shape);
            case REVERSE_V2 -> reverse(node, shape);
            case TILE -> tile(node, shape);
            case MIRROR_PAD -> mirror(node, shape);
            case RESIZE_NEAREST_NEIGHBOR -> resize(node, shape);
            default -> throw new IllegalStateException(node.operator().name());
        };
    }

    /** Of axes that stay. */
    private static Selection of(List<int[]> kept) {
        return new Selection(kept, kept.stream().map(indices -> indices.length).toList());
    }

    static List<int[]> all(List<Integer> shape) {
        return new ArrayList<>(shape.stream().map(extent -> range(0, extent)).toList());
    }

    private static int[] range(long first, long end) {
        return IntStream.range((int) first, (int) end).toArray();
    }

    private static Selection slice(OperatorEntry node, List<Integer> shape) {
        long[] begin = perAxis(node.input(1), shape, 1);
        long[] size = perAxis(node.input(2), shape, 1);
        List<int[]> kept = new ArrayList<>();
        for (int axis = 0; axis < shape.size(); axis++) {
            long end = size[axis] == -1 ? shape.get(axis) : begin[axis] + size[axis];
            requireWithin(begin[axis], end, shape.get(axis));
            kept.add(range(begin[axis], end));
        }
        return of(kept);
    }

    private static Selection split(OperatorEntry node, List<Integer> shape) {
        int axis = axis(single(node.input(0)), shape);
        int parts = node.optionInt(Schema.Split.PARTS, 0);
        ImportProblem.requireIntact(
                parts > node.result() && shape.get(axis) % parts == 0,
                "a divisor of " + shape.get(axis) + " above " + node.result() + " as number of parts",
                parts);
        int size = shape.get(axis) / parts;
        return along(shape, axis, range((long) node.result() * size, (node.result() + 1L) * size));
    }

    private static Selection splitBySizes(OperatorEntry node, List<Integer> shape) {
        int axis = axis(single(node.input(2)), shape);
        long[] sizes = WeightImport.integers(node.input(1));
        ImportProblem.requireIntact(
                node.result() < sizes.length, "a size of part " + node.result(), Arrays.toString(sizes));
        // One may be left open.
        long rest = shape.get(axis)
                - Arrays.stream(sizes).filter(size -> size != -1).sum();
        long first = 0;
        for (int part = 0; part < node.result(); part++) {
            first += sizes[part] == -1 ? rest : sizes[part];
        }
        long size = sizes[node.result()];
        long end = first + (size == -1 ? rest : size);
        requireWithin(first, end, shape.get(axis));
        return along(shape, axis, range(first, end));
    }

    private static Selection unpack(OperatorEntry node, List<Integer> shape) {
        int axis = axis(node.optionInt(Schema.Unpack.AXIS, 0), shape);
        requireWithin(node.result(), node.result() + 1L, shape.get(axis));
        List<Integer> without = new ArrayList<>(shape);
        without.remove(axis);
        return new Selection(along(shape, axis, new int[] {node.result()}).kept(), without);
    }

    /** The indices may have axes of their own, which the result has in place of the one they are of. */
    private static Selection gather(OperatorEntry node, List<Integer> shape) {
        int batchAxes = node.optionInt(Schema.Gather.BATCH_DIMENSIONS, 0);
        if (batchAxes != 0) {
            throw new ImportProblem(
                    "the same indices for all of a batch", batchAxes + " axes of batches", "gather along one axis");
        }
        int axis = axis(node.optionInt(Schema.Gather.AXIS, 0), shape);
        long[] given = WeightImport.integers(node.input(1));
        for (long index : given) {
            requireWithin(index, index + 1, shape.get(axis));
        }
        List<Integer> result = new ArrayList<>(shape);
        result.remove(axis);
        result.addAll(axis, node.input(1).shape());
        int[] indices = Arrays.stream(given).mapToInt(Math::toIntExact).toArray();
        return new Selection(along(shape, axis, indices).kept(), result);
    }

    private static Selection reverse(OperatorEntry node, List<Integer> shape) {
        List<int[]> kept = all(shape);
        for (long given : WeightImport.integers(node.input(1))) {
            int axis = axis(given, shape);
            int last = shape.get(axis) - 1;
            kept.set(axis, indices(last + 1, index -> last - index));
        }
        return of(kept);
    }

    private static Selection tile(OperatorEntry node, List<Integer> shape) {
        long[] times = perAxis(node.input(1), shape, 1);
        List<int[]> kept = new ArrayList<>();
        for (int axis = 0; axis < shape.size(); axis++) {
            int extent = shape.get(axis);
            kept.add(indices(outputExtent(node, axis, extent * times[axis]), index -> index % extent));
        }
        return of(kept);
    }

    private static Selection mirror(OperatorEntry node, List<Integer> shape) {
        long[] paddings = perAxis(node.input(1), shape, PADDINGS);
        byte mode = node.optionByte(Schema.MirrorPad.MODE);
        ImportProblem.requireIntact(
                mode == Schema.MIRROR_REFLECT || mode == Schema.MIRROR_SYMMETRIC, "a mode of 0 or 1", mode);
        int border = mode == Schema.MIRROR_REFLECT ? 1 : 0;
        List<int[]> kept = new ArrayList<>();
        for (int axis = 0; axis < shape.size(); axis++) {
            int extent = shape.get(axis);
            long before = paddings[PADDINGS * axis];
            long after = paddings[PADDINGS * axis + 1];
            ImportProblem.requireIntact(
                    Math.min(before, after) >= 0 && Math.max(before, after) <= extent - border,
                    "mirrored borders from 0 to " + (extent - border),
                    before + " and " + after);
            kept.add(indices(outputExtent(node, axis, before + extent + after), index -> {
                int from = index - (int) before;
                if (from < 0) {
                    return border - 1 - from;
                }
                return from < extent ? from : 2 * extent - 1 - border - from;
            }));
        }
        return of(kept);
    }

    private static Selection resize(OperatorEntry node, List<Integer> shape) {
        ImportProblem.requireIntact(shape.size() == 4, "an input of 4 axes", shape);
        long[] size = WeightImport.integers(node.input(1));
        ImportProblem.requireIntact(size.length == 2, "a height and a width", size.length);
        boolean alignsCorners = node.optionByte(Schema.ResizeNearest.ALIGN_CORNERS) != 0;
        boolean hasHalfPixels = node.optionByte(Schema.ResizeNearest.HALF_PIXEL_CENTERS) != 0;
        boolean isInSteps = node.output().type() == TensorType.UINT8 && !alignsCorners && !hasHalfPixels;
        List<int[]> kept = all(shape);
        for (int axis = 1; axis <= 2; axis++) {
            int extent = shape.get(axis);
            int wanted = outputExtent(node, axis, size[axis - 1]);
            kept.set(
                    axis,
                    isInSteps
                            ? indices(wanted, index -> inSteps(index, extent, wanted))
                            : indices(wanted, index -> nearest(index, extent, wanted, alignsCorners, hasHalfPixels)));
        }
        return of(kept);
    }

    /** TensorFlow Lite's GetNearestNeighbor, in float as there. */
    private static int nearest(int index, int from, int to, boolean alignsCorners, boolean hasHalfPixels) {
        boolean spansCorners = alignsCorners && to > 1;
        float scale = spansCorners ? (from - 1) / (float) (to - 1) : from / (float) to;
        float position = (index + (hasHalfPixels ? 0.5f : 0)) * scale;
        double whole = alignsCorners ? Math.floor(position + 0.5) : Math.floor(position);
        return (int) Math.min(whole, from - 1);
    }

    /** Its kernel for uint8 counts in 1/65536, and a little further where the others may fall short of a whole. */
    private static int inSteps(int index, int from, int to) {
        long scale = ((long) from << 16) / to + 1;
        return (int) Math.min((index * scale) >> 16, from - 1);
    }

    /** All but one axis stay. */
    private static Selection along(List<Integer> shape, int axis, int[] indices) {
        List<int[]> kept = all(shape);
        kept.set(axis, indices);
        return of(kept);
    }

    private static int[] indices(int count, IntUnaryOperator index) {
        return IntStream.range(0, count).map(index).toArray();
    }

    static void requireWithin(long first, long end, int extent) {
        ImportProblem.requireIntact(
                first >= 0 && first < end && end <= extent,
                "a part of 0 to " + (extent - 1),
                first + " to " + (end - 1));
    }

    /** The extent that the file states, before a list of that length is made. */
    private static int outputExtent(OperatorEntry node, int axis, long expected) {
        List<Integer> shape = node.output().shape();
        ImportProblem.requireIntact(
                axis < shape.size() && expected >= 1 && shape.get(axis) == expected,
                "an output of extent " + expected + " along axis " + axis,
                shape);
        return (int) expected;
    }

    static int axis(long given, List<Integer> shape) {
        long axis = given < 0 ? given + shape.size() : given;
        ImportProblem.requireIntact(axis >= 0 && axis < shape.size(), "an axis of " + shape, given);
        return (int) axis;
    }

    private static long single(TensorEntry constant) {
        long[] values = WeightImport.integers(constant);
        ImportProblem.requireIntact(values.length == 1, "1 axis", values.length);
        return values[0];
    }

    private static long[] perAxis(TensorEntry constant, List<Integer> shape, int each) {
        long[] values = WeightImport.integers(constant);
        ImportProblem.requireIntact(
                values.length == each * shape.size(), each * shape.size() + " numbers for " + shape, values.length);
        return values;
    }
}
