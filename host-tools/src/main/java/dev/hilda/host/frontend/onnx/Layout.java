// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the elements of one of the file's tensors are in a value of the graph, which is stored by height, width and channel:
 * for each axis of the file the runs of elements that it goes over, the slowest first. So no transposition is computed: what
 * follows reads elsewhere. Immutable.
 */
record Layout(List<List<Layout.Run>> axes) {
    /**
     * Elements at even distances.
     *
     * @param extent at least 2
     */
    record Run(int extent, int stride) {}

    Layout {
        axes = axes.stream().map(Layout::merged).toList();
    }

    /** The file's own order. */
    static Layout rowMajor(List<Integer> dims) {
        return ordered(dims, IntStream.range(0, dims.size()).boxed().toList());
    }

    /** The second axis, that of channels, changes fastest. */
    static Layout channelsLast(List<Integer> dims) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, dims.size())
                .filter(axis -> axis != 1)
                .boxed()
                .toList());
        order.add(1);
        return ordered(dims, order);
    }

    /** @param order axes, the one that changes slowest first */
    static Layout ordered(List<Integer> dims, List<Integer> order) {
        List<List<Run>> axes = new ArrayList<>();
        dims.forEach(extent -> axes.add(List.of()));
        int stride = 1;
        for (int index = order.size() - 1; index >= 0; index--) {
            int axis = order.get(index);
            axes.set(axis, List.of(new Run(dims.get(axis), stride)));
            stride *= dims.get(axis);
        }
        return new Layout(axes);
    }

    /** Without runs of one element, and one run for neighbours that are one. */
    private static List<Run> merged(List<Run> runs) {
        List<Run> merged = new ArrayList<>();
        for (Run run : runs) {
            Run last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && last.stride() == run.extent() * run.stride()) {
                merged.set(merged.size() - 1, new Run(last.extent() * run.extent(), run.stride()));
            } else if (run.extent() > 1) {
                merged.add(run);
            }
        }
        return List.copyOf(merged);
    }

    List<Integer> dims() {
        return axes.stream()
                .map(runs -> runs.stream().map(Run::extent).reduce(1, (one, other) -> one * other))
                .toList();
    }

    Layout transposed(List<Integer> order) {
        return new Layout(order.stream().map(axes::get).toList());
    }

    /** The same elements in the same order of the file. */
    Layout reshaped(List<Integer> dims) {
        Deque<Run> left =
                new ArrayDeque<>(merged(axes.stream().flatMap(List::stream).toList()));
        List<List<Run>> reshaped = new ArrayList<>();
        for (int extent : dims) {
            reshaped.add(taken(left, extent));
        }
        return new Layout(reshaped);
    }

    private static List<Run> taken(Deque<Run> left, int extent) {
        List<Run> runs = new ArrayList<>();
        int wanted = extent;
        while (wanted > 1) {
            Run next = left.pop();
            if (wanted % next.extent() == 0) {
                runs.add(next);
                wanted /= next.extent();
            } else if (next.extent() % wanted == 0) {
                int rest = next.extent() / wanted;
                runs.add(new Run(wanted, next.stride() * rest));
                left.push(new Run(rest, next.stride()));
                wanted = 1;
            } else {
                throw new ImportProblem(
                        "a reshape that joins or splits whole axes",
                        "one that cuts " + next.extent() + " elements into parts of " + wanted,
                        "export the model with channels last, or without this reshape");
            }
        }
        return runs;
    }

    /** For each of the file's elements, its position in the value. */
    int[] positions() {
        List<Integer> extents = new ArrayList<>();
        List<Integer> strides = new ArrayList<>();
        for (Run run : axes.stream().flatMap(List::stream).toList()) {
            extents.add(run.extent());
            strides.add(run.stride());
        }
        return Dims.sources(
                extents, strides.stream().mapToInt(Integer::intValue).toArray());
    }

    /** The only run of an axis; one of extent 1 where the axis has no more. */
    Run run(int axis) {
        List<Run> runs = axes.get(axis);
        if (runs.size() > 1) {
            throw new ImportProblem(
                    "an axis whose elements are at even distances",
                    "axis " + axis + ", of several that a reshape made one",
                    "export the model without this operator across channels and positions");
        }
        return runs.isEmpty() ? new Run(1, 1) : runs.get(0);
    }

    /** After an operator along one axis, which moves what is beyond it. */
    Layout resized(int axis, int extent) {
        Run changed = run(axis);
        // Of an axis of extent 1 any place in the order is right: it is made the fastest.
        List<List<Run>> resized = new ArrayList<>();
        for (List<Run> runs : axes) {
            resized.add(runs.stream()
                    .map(run -> run.stride() < changed.stride() || run.equals(changed)
                            ? run
                            : new Run(run.extent(), run.stride() / changed.extent() * extent))
                    .toList());
        }
        resized.set(axis, List.of(new Run(extent, changed.stride())));
        return new Layout(resized);
    }

    boolean isRowMajor() {
        return equals(rowMajor(dims()));
    }

    boolean isChannelsLast() {
        return axes.size() > 2 && equals(channelsLast(dims()));
    }
}
