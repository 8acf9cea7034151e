// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Which elements along each axis Slice, Gather, Split and Pad take. */
final class Selections {
    private static final int SLICE_BY_INPUTS = 10;
    private static final int PAD_BY_INPUTS = 11;
    private static final int SPLIT_BY_INPUT = 13;
    private static final int MAX_PADDING = 1 << 14;

    private Selections() {}

    static List<int[]> slice(NodeImport node, List<Integer> dims) {
        boolean byInputs = node.opset() >= SLICE_BY_INPUTS;
        long[] starts = byInputs ? node.constant(1, "starts").longs() : attribute(node, "starts");
        long[] ends = byInputs ? node.constant(2, "ends").longs() : attribute(node, "ends");
        Optional<long[]> axes = byInputs
                ? node.optionalConstant(3, "axes").map(Constant::longs)
                : node.entry().integers("axes");
        Optional<long[]> steps = byInputs ? node.optionalConstant(4, "steps").map(Constant::longs) : Optional.empty();
        List<int[]> kept = new ArrayList<>();
        dims.forEach(extent -> kept.add(IntStream.range(0, extent).toArray()));
        ImportProblem.requireIntact(
                starts.length == ends.length
                        && axes.map(given -> given.length).orElse(starts.length) == starts.length
                        && steps.map(given -> given.length).orElse(starts.length) == starts.length,
                "as many ends, axes and steps as starts",
                starts.length + ", " + ends.length);
        for (int index = 0; index < starts.length; index++) {
            int position = index;
            int axis = Dims.axis(axes.map(given -> given[position]).orElse((long) position), dims.size());
            long step = steps.map(given -> given[position]).orElse(1L);
            kept.set(axis, range(starts[index], ends[index], step, dims.get(axis)));
        }
        return kept;
    }

    private static long[] attribute(NodeImport node, String name) {
        return node.entry().integers(name).orElseThrow(() -> ImportProblem.damaged(name, "none"));
    }

    private static int[] range(long start, long end, long step, int extent) {
        ImportProblem.requireIntact(step != 0, "a step other than 0", step);
        long from = start < 0 ? start + extent : start;
        long to = end < 0 ? end + extent : end;
        long first = Math.max(step > 0 ? 0 : -1, Math.min(from, step > 0 ? extent : extent - 1));
        long last = Math.max(step > 0 ? 0 : -1, Math.min(to, extent));
        List<Integer> indices = new ArrayList<>();
        for (long index = first; step > 0 ? index < last : index > last; index += step) {
            indices.add((int) index);
            if (Math.abs(step) >= extent) {
                break;
            }
        }
        if (indices.isEmpty()) {
            throw new ImportProblem("a slice of at least 1 element", "none", "correct the slice");
        }
        return indices.stream().mapToInt(Integer::intValue).toArray();
    }

    static int[] indices(Constant given, int extent) {
        int[] indices = given.ints("indices");
        for (int index = 0; index < indices.length; index++) {
            indices[index] = Dims.axis(indices[index], extent);
        }
        return indices;
    }

    static int[] parts(NodeImport node, int extent) {
        int outputs = node.entry().outputs().size();
        Optional<long[]> given = node.opset() >= SPLIT_BY_INPUT
                ? node.optionalConstant(1, "sizes of parts").map(Constant::longs)
                : node.entry().integers("split");
        // Of equal parts the last is the smaller.
        int each = (extent + outputs - 1) / outputs;
        int[] sizes = given.map(
                        all -> Arrays.stream(all).mapToInt(Math::toIntExact).toArray())
                .orElseGet(() -> IntStream.range(0, outputs)
                        .map(part -> Math.min(each, extent - part * each))
                        .toArray());
        ImportProblem.requireIntact(
                sizes.length == outputs
                        && Arrays.stream(sizes).allMatch(size -> size > 0)
                        && Arrays.stream(sizes).sum() == extent,
                outputs + " parts of " + extent + " elements together",
                Arrays.toString(sizes));
        return sizes;
    }

    /** Before each axis, then after each. */
    static long[] pads(NodeImport node, int rank) {
        long[] given = node.opset() >= PAD_BY_INPUTS
                ? node.constant(1, "pads").longs()
                : node.entry().integers("pads").orElseThrow(() -> ImportProblem.damaged("pads", "none"));
        Optional<Constant> axes = node.opset() >= 18 ? node.optionalConstant(3, "axes") : Optional.empty();
        if (axes.isEmpty()) {
            ImportProblem.requireIntact(given.length == 2 * rank, 2 * rank + " pads", given.length);
            return given;
        }
        long[] ofAll = new long[2 * rank];
        int count = axes.get().size();
        ImportProblem.requireIntact(given.length == 2 * count, 2 * count + " pads", given.length);
        for (int index = 0; index < count; index++) {
            int axis = Dims.axis(axes.get().longs()[index], rank);
            ofAll[axis] = given[index];
            ofAll[rank + axis] = given[count + index];
        }
        return ofAll;
    }

    /** Indices of an axis with a border of its own elements. */
    static int[] border(String mode, int extent, long before, long after) {
        boolean mirrors = mode.equals("reflect");
        if (!mirrors && !mode.equals("edge")) {
            throw new ImportProblem("padding with constants, edges or reflections", mode, "pad with 0");
        }
        long most = mirrors ? extent - 1 : MAX_PADDING;
        ImportProblem.requireIntact(
                Math.min(before, after) >= 0 && Math.max(before, after) <= most,
                "borders from 0 to " + most,
                before + " and " + after);
        return IntStream.range(0, (int) (before + extent + after))
                .map(index -> index - (int) before)
                .map(index -> {
                    if (index < 0) {
                        return mirrors ? -index : 0;
                    }
                    return index < extent ? index : mirrors ? 2 * extent - 2 - index : extent - 1;
                })
                .toArray();
    }
}
