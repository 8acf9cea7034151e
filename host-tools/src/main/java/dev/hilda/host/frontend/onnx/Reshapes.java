// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The shapes that Reshape, Flatten, Squeeze and Unsqueeze give, of activations and of constants. */
final class Reshapes {
    private static final int AXES_AS_INPUT = 13;

    private Reshapes() {}

    static List<Integer> dims(NodeImport node, List<Integer> from) {
        return switch (node.entry().kind()) {
            case "Reshape" ->
                Dims.reshaped(
                        from, node.constant(1, "shape").longs(), node.entry().flag("allowzero"));
            case "Flatten" -> flattened(node, from);
            case "Squeeze" -> squeezed(node, from);
            case "Unsqueeze" -> unsqueezed(node, from);
            default -> throw new IllegalStateException(node.entry().kind());
        };
    }

    private static List<Integer> flattened(NodeImport node, List<Integer> from) {
        long given = node.entry().integer("axis", 1);
        int axis = given == from.size() ? from.size() : Dims.axis(given, from.size());
        return List.of(Dims.elements(from.subList(0, axis)), Dims.elements(from.subList(axis, from.size())));
    }

    private static Optional<long[]> axes(NodeImport node) {
        return node.opset() >= AXES_AS_INPUT
                ? node.optionalConstant(1, "axes").map(Constant::longs)
                : node.entry().integers("axes");
    }

    private static List<Integer> squeezed(NodeImport node, List<Integer> from) {
        Optional<long[]> given = axes(node);
        SortedSet<Integer> axes = new TreeSet<>();
        if (given.isPresent()) {
            for (long axis : given.get()) {
                axes.add(Dims.axis(axis, from.size()));
            }
        }
        List<Integer> dims = new ArrayList<>();
        for (int axis = 0; axis < from.size(); axis++) {
            boolean isGone = given.isPresent() ? axes.contains(axis) : from.get(axis) == 1;
            ImportProblem.requireIntact(!isGone || from.get(axis) == 1, "axes of extent 1 to squeeze", from);
            if (!isGone) {
                dims.add(from.get(axis));
            }
        }
        return dims;
    }

    private static List<Integer> unsqueezed(NodeImport node, List<Integer> from) {
        long[] given = axes(node).orElseThrow(() -> ImportProblem.damaged("axes", "none"));
        int rank = from.size() + given.length;
        SortedSet<Integer> axes = new TreeSet<>();
        for (long axis : given) {
            axes.add(Dims.axis(axis, rank));
        }
        ImportProblem.requireIntact(axes.size() == given.length, "axes that differ", axes);
        List<Integer> dims = new ArrayList<>(from);
        axes.forEach(axis -> dims.add(axis, 1));
        return dims;
    }
}
