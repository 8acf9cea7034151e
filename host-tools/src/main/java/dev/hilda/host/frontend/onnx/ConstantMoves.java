// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that move elements, of constants. Codes that a constant is made of move with them. */
final class ConstantMoves {
    private ConstantMoves() {}

    static Constant transposed(Constant constant, List<Integer> order) {
        int[] strides = Dims.strides(constant.dims());
        List<Integer> dims = order.stream().map(constant.dims()::get).toList();
        int[] steps = order.stream().mapToInt(axis -> strides[axis]).toArray();
        return constant.moved(dims, Dims.sources(dims, steps));
    }

    static Constant kept(Constant constant, List<int[]> kept) {
        List<Integer> dims = kept.stream().map(indices -> indices.length).toList();
        return constant.moved(dims, Dims.sources(constant.dims(), kept));
    }

    static Constant gathered(NodeImport node, Constant data, Constant indices) {
        int axis = Dims.axis(node.entry().integer("axis", 0), data.dims().size());
        List<Integer> dims = new ArrayList<>(data.dims());
        List<int[]> kept = new ArrayList<>();
        dims.forEach(extent -> kept.add(all(extent)));
        kept.set(axis, Selections.indices(indices, dims.get(axis)));
        dims.remove(axis);
        dims.addAll(axis, indices.dims());
        return kept(data, kept).reshaped(dims);
    }

    static List<Value> split(NodeImport node, Constant data) {
        int axis = Dims.axis(node.entry().integer("axis", 0), data.dims().size());
        List<Value> parts = new ArrayList<>();
        int first = 0;
        for (int size : Selections.parts(node, data.dims().get(axis))) {
            List<int[]> kept = new ArrayList<>();
            data.dims().forEach(extent -> kept.add(all(extent)));
            kept.set(axis, Arrays.copyOfRange(kept.get(axis), first, first + size));
            parts.add(kept(data, kept));
            first += size;
        }
        return parts;
    }

    static Constant concatenated(NodeImport node, List<Constant> inputs) {
        Constant first = inputs.get(0);
        int rank = first.dims().size();
        int axis = Dims.axis(node.entry().integer("axis", 0), rank);
        List<Integer> dims = new ArrayList<>(first.dims());
        dims.set(axis, 0);
        for (Constant input : inputs) {
            ImportProblem.requireIntact(input.dims().size() == rank, "inputs of " + rank + " axes", input.dims());
            dims.set(axis, dims.get(axis) + input.dims().get(axis));
        }
        int inner = Dims.elements(dims.subList(axis + 1, rank));
        int outer = Dims.elements(dims.subList(0, axis));
        double[] values = new double[Dims.elements(dims)];
        int filled = 0;
        for (int row = 0; row < outer; row++) {
            for (Constant input : inputs) {
                int length = input.dims().get(axis) * inner;
                ImportProblem.requireIntact(input.size() == outer * length, "inputs of one shape", input.dims());
                for (int index = 0; index < length; index++) {
                    values[filled++] = input.get(row * length + index);
                }
            }
        }
        return new Constant(first.type(), dims, values);
    }

    static Constant expanded(Constant constant, long[] wanted) {
        List<Integer> to =
                Arrays.stream(wanted).mapToInt(Math::toIntExact).boxed().toList();
        List<Integer> dims = Dims.broadcast(constant.dims(), to);
        return constant.moved(dims, Dims.broadcastSources(constant.dims(), dims));
    }

    private static int[] all(int extent) {
        return IntStream.range(0, extent).toArray();
    }
}
