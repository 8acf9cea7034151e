// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Extents of tensors, outermost first. */
final class Dims {
    /** More than a microcontroller's tensors have; bounds what a file of few bytes can claim. */
    private static final long MAX_ELEMENTS = 1L << 24;

    private Dims() {}

    static int elements(List<Integer> dims) {
        long product = 1;
        for (int extent : dims) {
            ImportProblem.requireIntact(extent >= 0, "extents of at least 0", dims);
            product *= extent;
            if (product > MAX_ELEMENTS) {
                throw new ImportProblem(
                        "a tensor of at most " + MAX_ELEMENTS + " elements",
                        dims.toString(),
                        "choose a network that fits a microcontroller");
            }
        }
        return (int) product;
    }

    /** Distances of neighbours along each axis, row-major. */
    static int[] strides(List<Integer> dims) {
        int[] strides = new int[dims.size()];
        int stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= dims.get(axis);
        }
        return strides;
    }

    /** An axis that a file may count from the end. */
    static int axis(long given, int rank) {
        long axis = given < 0 ? given + rank : given;
        ImportProblem.requireIntact(axis >= 0 && axis < rank, "an axis of " + rank, given);
        return (int) axis;
    }

    /** Of the tensor that two others are combined to, element by element. */
    static List<Integer> broadcast(List<Integer> first, List<Integer> second) {
        int rank = Math.max(first.size(), second.size());
        List<Integer> result = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            int one = extent(first, axis, rank);
            int other = extent(second, axis, rank);
            ImportProblem.requireIntact(
                    one == other || one == 1 || other == 1, "shapes that can be broadcast", first + " and " + second);
            result.add(one == 1 ? other : one);
        }
        return result;
    }

    private static int extent(List<Integer> dims, int axis, int rank) {
        int own = axis - (rank - dims.size());
        return own < 0 ? 1 : dims.get(own);
    }

    /** For each element of a tensor, the element of another that is broadcast to it. */
    static int[] broadcastSources(List<Integer> from, List<Integer> to) {
        int[] strides = strides(from);
        int[] steps = new int[to.size()];
        for (int axis = 0; axis < steps.length; axis++) {
            int own = axis - (to.size() - from.size());
            steps[axis] = own < 0 || from.get(own) == 1 ? 0 : strides[own];
        }
        return sources(to, steps);
    }

    /** Row-major positions of a tensor at given distances in another. */
    static int[] sources(List<Integer> dims, int[] steps) {
        int[] sources = new int[elements(dims)];
        int[] index = new int[dims.size()];
        int position = 0;
        for (int element = 0; element < sources.length; element++) {
            sources[element] = position;
            for (int axis = index.length - 1; axis >= 0; axis--) {
                index[axis]++;
                position += steps[axis];
                if (index[axis] < dims.get(axis)) {
                    break;
                }
                position -= steps[axis] * index[axis];
                index[axis] = 0;
            }
        }
        return sources;
    }

    /** Elements that are chosen along each axis by itself. */
    static int[] sources(List<Integer> from, List<int[]> kept) {
        int[] strides = strides(from);
        int[] sources = {0};
        for (int axis = 0; axis < strides.length; axis++) {
            int[] longer = new int[elements(List.of(sources.length, kept.get(axis).length))];
            int at = 0;
            for (int source : sources) {
                for (int index : kept.get(axis)) {
                    longer[at++] = source + index * strides[axis];
                }
            }
            sources = longer;
        }
        return sources;
    }

    static List<Integer> of(int... dims) {
        return Arrays.stream(dims).boxed().toList();
    }

    /** What Reshape makes of a wanted shape: 0 keeps an extent, -1 takes what is left. */
    static List<Integer> reshaped(List<Integer> from, long[] wanted, boolean zeroIsZero) {
        int elements = elements(from);
        List<Integer> dims = new ArrayList<>();
        int open = -1;
        long known = 1;
        for (int axis = 0; axis < wanted.length; axis++) {
            long extent = wanted[axis];
            if (extent == 0 && !zeroIsZero) {
                ImportProblem.requireIntact(axis < from.size(), "an axis " + axis + " to keep", from);
                extent = from.get(axis);
            }
            if (extent == -1) {
                ImportProblem.requireIntact(open < 0, "at most one extent of -1", Arrays.toString(wanted));
                open = axis;
                extent = 1;
            }
            ImportProblem.requireIntact(
                    extent >= 1 && extent <= MAX_ELEMENTS, "extents of at least 1", Arrays.toString(wanted));
            known = Math.multiplyExact(known, extent);
            dims.add((int) extent);
        }
        if (open >= 0) {
            ImportProblem.requireIntact(elements % known == 0, "a divisor of " + elements, Arrays.toString(wanted));
            dims.set(open, (int) (elements / known));
        }
        ImportProblem.requireIntact(elements(dims) == elements, elements + " elements", dims);
        return dims;
    }
}
