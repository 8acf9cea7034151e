// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Operators that move elements. Those that only rearrange them for the file, as Transpose and Reshape do, are no nodes of
 * the graph: what reads their results looks elsewhere.
 */
final class MovementImport {
    private MovementImport() {}

    static Value transpose(NodeImport node) {
        Activations input = node.made(0);
        return input.with(input.layout().transposed(order(node, input.dims().size())));
    }

    static List<Integer> order(NodeImport node, int rank) {
        List<Integer> order = node.entry()
                .integers("perm")
                .map(given -> Arrays.stream(given)
                        .mapToInt(axis -> Dims.axis(axis, rank))
                        .boxed()
                        .toList())
                .orElseGet(() -> IntStream.range(0, rank)
                        .map(axis -> rank - 1 - axis)
                        .boxed()
                        .toList());
        ImportProblem.requireIntact(
                order.size() == rank && order.stream().distinct().count() == rank,
                "an order of " + rank + " axes",
                order);
        return order;
    }

    static Value reshape(NodeImport node) {
        Activations input = node.made(0);
        return input.with(input.layout().reshaped(Reshapes.dims(node, input.dims())));
    }

    /** The value as rows of so many neighbouring elements, as it is where its channels are such rows. */
    static String rows(NodeImport node, Activations input, int extent) {
        TensorShape stored = node.draft().shape(input.value());
        return stored.channels() == extent
                ? input.value()
                : node.draft().viewed(input.value(), new TensorShape(1, stored.elements() / extent, extent));
    }

    /** Chosen elements along one axis; the axis itself may go or be split. */
    static Activations taken(NodeImport node, String wanted, Activations input, int axis, int[] indices) {
        int extent = input.dims().get(axis);
        boolean isAll = Arrays.equals(indices, IntStream.range(0, extent).toArray());
        if (isAll) {
            return input;
        }
        TensorShape stored = node.draft().shape(input.value());
        node.budget().spend((long) stored.height() + stored.width() + stored.channels() + indices.length);
        Layout.Run run = input.layout().run(axis);
        int inner = extent == 1 ? 1 : run.stride();
        Ints kept = Ints.of(indices);
        boolean isRows = inner == stored.width() * stored.channels() && extent == stored.height();
        boolean isColumns = inner == stored.channels() && extent == stored.width();
        boolean isChannels = inner == 1 && extent == stored.channels();
        TensorShape view = isRows || isColumns || isChannels
                ? stored
                : new TensorShape(stored.elements() / inner / extent, extent, inner);
        Gather gather = isChannels
                ? new Gather(Gather.all(view.height()), Gather.all(view.width()), kept)
                : isRows
                        ? new Gather(kept, Gather.all(view.width()), Gather.all(view.channels()))
                        : new Gather(Gather.all(view.height()), kept, Gather.all(view.channels()));
        String made = node.draft().add(wanted, gather, List.of(node.draft().viewed(input.value(), view)));
        return new Activations(made, input.layout().resized(axis, indices.length), input.type());
    }

    static Value slice(NodeImport node) {
        Activations input = node.made(0);
        return taken(node, input, Selections.slice(node, input.dims()));
    }

    private static Activations taken(NodeImport node, Activations input, List<int[]> kept) {
        Activations result = input;
        for (int axis = 0; axis < kept.size(); axis++) {
            result = taken(node, node.entry().output(), result, axis, kept.get(axis));
        }
        return result;
    }

    static Value gather(NodeImport node) {
        Activations input = node.made(0);
        Constant indices = node.constant(1, "indices");
        int axis = Dims.axis(node.entry().integer("axis", 0), input.dims().size());
        int[] kept = Selections.indices(indices, input.dims().get(axis));
        Activations gathered = taken(node, node.entry().output(), input, axis, kept);
        List<Integer> dims = new ArrayList<>(input.dims());
        dims.remove(axis);
        dims.addAll(axis, indices.dims());
        return gathered.with(gathered.layout().reshaped(dims));
    }

    static List<Value> split(NodeImport node) {
        Activations input = node.made(0);
        int axis = Dims.axis(node.entry().integer("axis", 0), input.dims().size());
        int[] sizes = Selections.parts(node, input.dims().get(axis));
        List<Value> parts = new ArrayList<>();
        int first = 0;
        for (int part = 0; part < sizes.length; part++) {
            int[] indices = IntStream.range(first, first + sizes[part]).toArray();
            String wanted = node.entry().outputs().get(part);
            parts.add(taken(node, wanted.isEmpty() ? node.entry().output() : wanted, input, axis, indices));
            first += sizes[part];
        }
        return parts;
    }

    static Value concat(NodeImport node) {
        List<Activations> inputs = new ArrayList<>();
        for (int position = 0; position < node.inputs().size(); position++) {
            inputs.add(node.made(position));
        }
        ElementType type = inputs.get(0).type();
        ImportProblem.requireIntact(
                inputs.stream().allMatch(input -> input.type() == type), "inputs of one type", type);
        return concat(node, inputs);
    }

    static Activations concat(NodeImport node, List<Activations> inputs) {
        Activations first = inputs.get(0);
        int rank = first.dims().size();
        int axis = Dims.axis(node.entry().integer("axis", 1), rank);
        ImportProblem.requireIntact(
                inputs.stream().allMatch(input -> input.dims().size() == rank), "inputs of " + rank + " axes", inputs);
        ImportProblem.requireIntact(
                inputs.stream().allMatch(input -> isEqualBeside(axis, input.dims(), first.dims())),
                "inputs that differ only along axis " + axis,
                inputs.stream().map(Activations::dims).toList());
        List<Integer> result = new ArrayList<>(first.dims());
        result.set(
                axis, inputs.stream().mapToInt(input -> input.dims().get(axis)).sum());
        boolean isRowMajor = inputs.stream().allMatch(input -> input.layout().isRowMajor());
        boolean isChannelsLast =
                inputs.stream().allMatch(input -> input.layout().isChannelsLast());
        if (!isRowMajor && !isChannelsLast) {
            throw new ImportProblem(
                    "tensors to concatenate whose axes are in one order",
                    "one that is transposed or reshaped: "
                            + inputs.stream().map(Activations::dims).toList(),
                    "export the model without transpositions between its layers");
        }
        List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        if (isChannelsLast) {
            Collections.rotate(order.subList(1, rank), -1);
        }
        int place = order.indexOf(axis);
        int inner = order.subList(place + 1, rank).stream().map(result::get).reduce(1, (one, other) -> one * other);
        List<String> read = inputs.stream()
                .map(input -> {
                    int elements = node.draft().shape(input.value()).elements();
                    int extent = input.dims().get(axis);
                    TensorShape view = inner == 1
                            ? channelsView(node, input, extent)
                            : new TensorShape(elements / extent / inner, extent, inner);
                    return node.draft().viewed(input.value(), view);
                })
                .toList();
        Concatenation joined = new Concatenation(inner == 1 ? Axis.CHANNEL : Axis.WIDTH);
        String made = node.draft().add(node.entry().output(), joined, read);
        return new Activations(made, Layout.ordered(result, order), first.type());
    }

    private static boolean isEqualBeside(int axis, List<Integer> one, List<Integer> other) {
        return IntStream.range(0, one.size())
                .allMatch(index -> index == axis || one.get(index).equals(other.get(index)));
    }

    /** By height and width where it has them. */
    private static TensorShape channelsView(NodeImport node, Activations input, int extent) {
        TensorShape stored = node.draft().shape(input.value());
        boolean isImage = input.layout().isChannelsLast()
                && input.dims().size() <= 4
                && input.dims().get(0) == 1;
        return isImage ? NodeImport.imageShape(input.dims()) : new TensorShape(1, stored.elements() / extent, extent);
    }

    static Value pad(NodeImport node) {
        Activations input = node.made(0);
        int rank = input.dims().size();
        long[] amounts = Selections.pads(node, rank);
        String mode = node.entry().text("mode", "constant");
        if (!mode.equals("constant")) {
            List<int[]> kept = new ArrayList<>();
            for (int axis = 0; axis < rank; axis++) {
                kept.add(Selections.border(mode, input.dims().get(axis), amounts[axis], amounts[rank + axis]));
            }
            return taken(node, input, kept);
        }
        if (Arrays.stream(amounts).allMatch(amount -> amount == 0)) {
            return input;
        }
        if (input.type() != ElementType.FLOAT) {
            // The value to pad with is a code then: 0 in the file may be any real number.
            throw new ImportProblem(
                    "real numbers to pad",
                    "codes of " + input.type(),
                    "pad before the quantization, or in Conv itself");
        }
        double value = node.opset() >= 11
                ? node.optionalConstant(2, "value to pad with")
                        .map(given -> given.scalar("value"))
                        .orElse(0.0)
                : node.entry().real("value", 0);
        if (value != 0) {
            throw new ImportProblem("padding with 0", "with " + value, "pad with 0");
        }
        String image = node.image(input);
        int height = rank == 4 ? 2 : 0;
        int width = rank - 1;
        for (int index = 0; index < amounts.length; index++) {
            boolean isSpatial = index % rank >= 2;
            if (amounts[index] < 0 || amounts[index] > (isSpatial ? Window.MAX_EXTENT : 0)) {
                throw new ImportProblem(
                        "padding of height and width by 0 to " + Window.MAX_EXTENT,
                        Arrays.toString(amounts),
                        "pad only height and width");
            }
        }
        Operator pad = new Operator.Pad(
                height == 0 ? 0 : (int) amounts[height],
                height == 0 ? 0 : (int) amounts[rank + height],
                (int) amounts[width],
                (int) amounts[rank + width]);
        TensorShape output = pad.outputShape(List.of(node.draft().shape(image)));
        List<Integer> dims = rank == 3
                ? List.of(1, output.channels(), output.width())
                : List.of(1, output.channels(), output.height(), output.width());
        return new Activations(
                node.draft().add(node.entry().output(), pad, List.of(image)), Layout.channelsLast(dims), input.type());
    }
}
