// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What an operator makes of constants, or of a static shape, before the model runs. */
final class ConstantOperator {
    private static final int DATA = 0;
    /** Far more than shapes and their parts have; constants that are computed with are these. */
    private static final int MAX_INPUTS = 16;
    /** A small file can repeat its constants without end. */
    private static final int MAX_REPEATED = 1 << 12;

    private final OperatorEntry node;

    private ConstantOperator(OperatorEntry node) {
        this.node = node;
    }

    /** The result; empty where the model has to run for it. */
    static Optional<TensorEntry> result(OperatorEntry node) {
        if (node.operator() == BuiltinOperator.SHAPE) {
            return Optional.of(new ConstantOperator(node).shape());
        }
        boolean isConstant = !node.inputs().isEmpty()
                && node.inputs().size() <= MAX_INPUTS
                && node.inputs().stream().flatMap(Optional::stream).allMatch(TensorEntry::isConstant);
        return isConstant ? new ConstantOperator(node).ofConstants() : Optional.empty();
    }

    private Optional<TensorEntry> ofConstants() {
        return switch (node.operator()) {
            case RESHAPE, SQUEEZE, EXPAND_DIMS -> Optional.of(reshaped());
            case GATHER, SLICE, STRIDED_SLICE -> Optional.of(selected());
            case PACK -> Optional.of(pack());
            case TRANSPOSE -> Optional.of(transpose());
            case CAST -> Optional.of(cast());
            case REDUCE_PROD -> Optional.of(product());
            case ADD, SUB, MUL ->
                node.output().type() == TensorType.INT32 ? Optional.of(integerArithmetic()) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** An open batch size counts as 1. */
    private TensorEntry shape() {
        TensorEntry of = node.input(DATA);
        if (of.isDynamic()) {
            throw new ImportProblem(
                    "fixed extents of tensor " + of.name(),
                    of.shape().toString(),
                    "export the model with a fixed input shape of batch 1");
        }
        return integers(
                List.of(of.shape().size()),
                of.shape().stream().mapToLong(Integer::longValue).toArray());
    }

    private TensorEntry reshaped() {
        TensorEntry data = node.input(DATA);
        List<Integer> shape = node.output().shape();
        long elements = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        ImportProblem.requireIntact(elements == data.constantElements(), "a shape of as many elements", shape);
        return of(data, shape, data.constant());
    }

    private TensorEntry selected() {
        TensorEntry data = node.input(DATA);
        data.constantElements();
        Selection selection = Selection.of(node, data);
        double elements = selection.shape().stream().reduce(1.0, (a, b) -> a * b, (a, b) -> a * b);
        ImportProblem.requireIntact(
                elements <= data.constantElements() + MAX_REPEATED,
                "a constant that repeats at most " + MAX_REPEATED + " elements",
                selection.shape());
        return gather(
                data,
                selection.shape(),
                sources(data.shape(), selection.kept(), axes(data.shape().size())));
    }

    private TensorEntry transpose() {
        TensorEntry data = node.input(DATA);
        List<Integer> order = permutation(node.input(1), data.shape().size());
        data.constantElements();
        List<int[]> all =
                data.shape().stream().map(ConstantOperator::axisIndices).toList();
        return gather(data, order.stream().map(data.shape()::get).toList(), sources(data.shape(), all, order));
    }

    private static int[] axisIndices(int extent) {
        int[] indices = new int[extent];
        for (int index = 0; index < indices.length; index++) {
            indices[index] = index;
        }
        return indices;
    }

    /** Which axis of the input each of the output's is. */
    static List<Integer> permutation(TensorEntry constant, int rank) {
        List<Integer> order = new ArrayList<>();
        for (long axis : WeightImport.integers(constant)) {
            order.add((int) (axis < 0 ? axis + rank : axis));
        }
        List<Integer> sorted = new ArrayList<>(order);
        Collections.sort(sorted);
        ImportProblem.requireIntact(sorted.equals(axes(rank)), "an order of " + rank + " axes", order);
        return order;
    }

    private static List<Integer> axes(int rank) {
        List<Integer> axes = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            axes.add(axis);
        }
        return axes;
    }

    /** Where the elements come from that have these indices, in an order of the axes. */
    private static int[] sources(List<Integer> shape, List<int[]> kept, List<Integer> order) {
        int[] sources = {0};
        for (int axis : order) {
            int stride = 1;
            for (int extent : shape.subList(axis + 1, shape.size())) {
                stride *= extent;
            }
            int[] indices = kept.get(axis);
            int[] wider = new int[sources.length * indices.length];
            for (int index = 0; index < wider.length; index++) {
                wider[index] = sources[index / indices.length] + stride * indices[index % indices.length];
            }
            sources = wider;
        }
        return sources;
    }

    private TensorEntry gather(TensorEntry data, List<Integer> shape, int[] sources) {
        int size = data.type().bytes();
        ByteBuffer from = data.constant();
        ByteBuffer bytes = ByteBuffer.allocate(sources.length * size);
        for (int source : sources) {
            bytes.put(from.slice(source * size, size));
        }
        return of(data, shape, bytes.flip());
    }

    /** Of scalars, as shapes are put together. */
    private TensorEntry pack() {
        int count = node.inputs().size();
        int size = node.input(DATA).type().bytes();
        ByteBuffer bytes = ByteBuffer.allocate(count * size);
        for (int position = 0; position < count; position++) {
            TensorEntry part = node.input(position);
            if (part.constantElements() != 1 || part.type() != node.input(DATA).type()) {
                throw new ImportProblem(
                        "single constants to pack",
                        part.type() + " " + part.shape(),
                        "export the model with fixed weights");
            }
            bytes.put(part.constant());
        }
        return of(node.input(DATA), List.of(count), bytes.flip());
    }

    private TensorEntry cast() {
        TensorEntry data = node.input(DATA);
        boolean isInteger = data.type() == TensorType.INT32 || data.type() == TensorType.INT64;
        if (node.output().type() == TensorType.FLOAT32 && isInteger) {
            long[] values = WeightImport.integers(data);
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (long value : values) {
                bytes.putFloat((float) value);
            }
            return new TensorEntry(
                    node.output().name(),
                    TensorType.FLOAT32,
                    data.shape(),
                    false,
                    Optional.of(bytes.flip()),
                    Optional.empty());
        }
        return integers(data.shape(), WeightImport.integers(data));
    }

    private TensorEntry product() {
        long product = 1;
        for (long value : WeightImport.integers(node.input(DATA))) {
            product *= value;
        }
        List<Integer> shape = node.output().shape();
        ImportProblem.requireIntact(shape.stream().allMatch(extent -> extent == 1), "the product of all", shape);
        return integers(shape, product);
    }

    private TensorEntry integerArithmetic() {
        long[] first = WeightImport.integers(node.input(0));
        long[] second = WeightImport.integers(node.input(1));
        int count = Math.max(first.length, second.length);
        ImportProblem.requireIntact(
                (first.length == 1 || first.length == count) && (second.length == 1 || second.length == count),
                "as many constants",
                first.length + " and " + second.length);
        long[] result = new long[count];
        for (int index = 0; index < count; index++) {
            long left = first[first.length == 1 ? 0 : index];
            long right = second[second.length == 1 ? 0 : index];
            result[index] = switch (node.operator()) {
                case ADD -> left + right;
                case SUB -> left - right;
                default -> left * right;
            };
        }
        return integers((first.length == count ? node.input(0) : node.input(1)).shape(), result);
    }

    private TensorEntry integers(List<Integer> shape, long... values) {
        TensorType type = node.output().type();
        if (type != TensorType.INT32 && type != TensorType.INT64) {
            throw new ImportProblem(
                    "a constant of int32 or int64", type + " " + node.output().name(), "export the model again");
        }
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            if (type == TensorType.INT32) {
                bytes.putInt((int) value);
            } else {
                bytes.putLong(value);
            }
        }
        return new TensorEntry(node.output().name(), type, shape, false, Optional.of(bytes.flip()), Optional.empty());
    }

    private TensorEntry of(TensorEntry data, List<Integer> shape, ByteBuffer bytes) {
        return new TensorEntry(
                node.output().name(), data.type(), shape, false, Optional.of(bytes), data.quantization());
    }
}
