// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Pooling and means. */
final class PoolImport {
    private PoolImport() {}

    static Value max(NodeImport node) {
        Activations input = node.made(0);
        if (node.entry().outputs().size() > 1 && !node.entry().outputs().get(1).isEmpty()) {
            throw new ImportProblem(
                    "the largest values alone", "their indices too", "build the model without unpooling");
        }
        String image = node.image(input);
        Window window = window(node, node.draft().shape(image));
        return slid(
                node,
                input,
                node.draft().add(node.entry().output(), new Operator.MaxPool(window, Activation.NONE), List.of(image)));
    }

    /** Padding is left out of means here: what counts it pads with zeros before. */
    static Value average(NodeImport node) {
        return average(node, node.activations(0));
    }

    static Value average(NodeImport node, Activations input) {
        String image = node.image(input);
        TensorShape shape = node.draft().shape(image);
        Window window = window(node, shape);
        if (node.entry().flag("count_include_pad") && window.isPadded()) {
            Window explicit = floorWindow(node, shape);
            if (!explicit.equals(window)) {
                throw new ImportProblem(
                        "count_include_pad without ceil_mode",
                        "both, and windows that reach beyond the padding",
                        "export the model with ceil_mode=False");
            }
            Operator pad = new Operator.Pad(window.padTop(), window.padBottom(), window.padLeft(), window.padRight());
            image = node.draft().add(node.entry().output() + "/padded", pad, List.of(image));
            window = window.withPadding(0, 0, 0, 0);
        }
        return slid(
                node,
                input,
                node.draft()
                        .add(node.entry().output(), new Operator.AveragePool(window, Activation.NONE), List.of(image)));
    }

    private static Activations slid(NodeImport node, Activations input, String made) {
        TensorShape output = node.draft().shape(made);
        List<Integer> dims = input.dims().size() == 3
                ? List.of(1, output.channels(), output.width())
                : List.of(1, output.channels(), output.height(), output.width());
        return new Activations(made, Layout.channelsLast(dims), input.type());
    }

    private static Window floorWindow(NodeImport node, TensorShape input) {
        long[] kernel = node.entry()
                .integers("kernel_shape")
                .orElseThrow(() -> ImportProblem.damaged("a kernel_shape", "none"));
        int axes = node.input(0).dims().size() - 2;
        ImportProblem.requireIntact(kernel.length == axes, axes + " extents of the kernel", Arrays.toString(kernel));
        return new Windows(node.entry(), input, axes, Windows.heightAndWidth(kernel, "kernel extents")).window();
    }

    private static Window window(NodeImport node, TensorShape input) {
        Window window = floorWindow(node, input);
        if (!node.entry().flag("ceil_mode")) {
            return window;
        }
        int bottom = furtherPadding(
                input.height(),
                window.padTop(),
                window.padBottom(),
                (window.kernelHeight() - 1) * window.dilationHeight() + 1,
                window.strideHeight());
        int right = furtherPadding(
                input.width(),
                window.padLeft(),
                window.padRight(),
                (window.kernelWidth() - 1) * window.dilationWidth() + 1,
                window.strideWidth());
        return window.withPadding(
                window.padTop(), window.padBottom() + bottom, window.padLeft(), window.padRight() + right);
    }

    /** For one more window at the end, unless that would begin in the padding. */
    private static int furtherPadding(int extent, int before, int after, int kernel, int stride) {
        int room = extent + before + after - kernel;
        int rest = room % stride;
        boolean beginsInside = (room / stride + 1) * stride < extent + before;
        return rest > 0 && beginsInside ? stride - rest : 0;
    }

    static Value globalMax(NodeImport node) {
        Activations input = node.made(0);
        String image = node.image(input);
        TensorShape shape = node.draft().shape(image);
        Operator operator = new Operator.MaxPool(Window.of(shape.height(), shape.width()), Activation.NONE);
        return slid(node, input, node.draft().add(node.entry().output(), operator, List.of(image)));
    }

    static Value globalAverage(NodeImport node) {
        return globalAverage(node, node.activations(0));
    }

    static Value globalAverage(NodeImport node, Activations input) {
        String image = node.image(input);
        return slid(node, input, node.draft().add(node.entry().output(), new Operator.Mean(), List.of(image)));
    }

    /** ReduceMean over axes that are neighbours where the elements are. */
    static Value mean(NodeImport node) {
        Activations input = node.activations(0);
        int rank = input.dims().size();
        long[] given = node.opset() >= 18
                ? node.optionalConstant(1, "axes").map(Constant::longs).orElse(new long[0])
                : node.entry().integers("axes").orElse(new long[0]);
        SortedSet<Integer> axes = new TreeSet<>();
        for (long axis : given) {
            axes.add(Dims.axis(axis, rank));
        }
        if (axes.isEmpty() && !node.entry().flag("noop_with_empty_axes")) {
            for (int axis = 0; axis < rank; axis++) {
                axes.add(axis);
            }
        }
        List<Layout.Run> reduced = new ArrayList<>();
        Layout layout = input.layout();
        List<Integer> result = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            if (axes.contains(axis)) {
                reduced.addAll(layout.axes().get(axis));
            }
        }
        int count = reduced.stream().mapToInt(Layout.Run::extent).reduce(1, (one, other) -> one * other);
        int inner = reduced.stream().mapToInt(Layout.Run::stride).min().orElse(1);
        int outermost = reduced.stream()
                .mapToInt(run -> run.stride() * run.extent())
                .max()
                .orElse(inner);
        if (outermost != inner * count) {
            throw new ImportProblem(
                    "the mean over neighbouring axes",
                    "axes " + axes + " of " + input.dims(),
                    "use global average pooling");
        }
        for (int axis = 0; axis < rank; axis++) {
            boolean keeps = node.entry().integer("keepdims", 1) != 0;
            if (axes.contains(axis)) {
                if (keeps) {
                    result.add(1);
                }
            } else {
                result.add(input.dims().get(axis));
            }
        }
        TensorShape stored = node.draft().shape(input.value());
        boolean isWhole = inner == stored.channels() && count == stored.pixels();
        TensorShape view = isWhole ? stored : new TensorShape(stored.elements() / inner / count, count, inner);
        String read = node.draft().viewed(input.value(), view);
        Operator operator =
                isWhole ? new Operator.Mean() : new Operator.AveragePool(Window.of(1, count), Activation.NONE);
        return node.add(operator, List.of(read), without(layout, reduced, count).reshaped(result));
    }

    /** Runs beyond the reduced ones are nearer by their number. */
    private static Layout without(Layout layout, List<Layout.Run> reduced, int count) {
        int inner = reduced.stream().mapToInt(Layout.Run::stride).min().orElse(0);
        List<List<Layout.Run>> axes = new ArrayList<>();
        for (List<Layout.Run> runs : layout.axes()) {
            axes.add(runs.stream()
                    .filter(run -> !reduced.contains(run))
                    .map(run -> run.stride() > inner ? new Layout.Run(run.extent(), run.stride() / count) : run)
                    .toList());
        }
        return new Layout(axes);
    }
}
