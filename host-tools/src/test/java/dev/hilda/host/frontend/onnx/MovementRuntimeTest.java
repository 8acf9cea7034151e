// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static dev.hilda.host.frontend.onnx.ModelBuilder.ints;
import static dev.hilda.host.frontend.onnx.ModelBuilder.with;
import static dev.hilda.host.frontend.onnx.OperatorCases.dims;
import static dev.hilda.host.frontend.onnx.OperatorCases.graph;
import static dev.hilda.host.frontend.onnx.OperatorCases.none;
import static dev.hilda.host.frontend.onnx.OperatorCases.one;
import static dev.hilda.host.frontend.onnx.OperatorCases.weights;

import dev.hilda.host.frontend.onnx.OperatorCases.Body;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators that pool, choose and move, in float32 against ONNX Runtime. */
class MovementRuntimeTest {
    @TempDir
    private Path folder;

    static Stream<Arguments> moving() {
        int[] image = dims(1, 3, 8, 7);
        return Stream.of(
                one("MaxPool", 12, image, ints("kernel_shape", 3, 2).andThen(ints("strides", 2, 1))),
                one("MaxPool", 12, image, ints("kernel_shape", 3, 3).andThen(ints("pads", 1, 0, 1, 1))),
                one(
                        "MaxPool",
                        12,
                        image,
                        ints("kernel_shape", 3, 3)
                                .andThen(ints("strides", 2, 2))
                                .andThen(with("ceil_mode", 1))),
                one("MaxPool", 12, dims(1, 3, 9), ints("kernel_shape", 2).andThen(ints("strides", 2))),
                one("AveragePool", 11, image, ints("kernel_shape", 2, 2).andThen(ints("strides", 2, 2))),
                one("AveragePool", 11, image, ints("kernel_shape", 3, 3).andThen(ints("pads", 1, 1, 0, 1))),
                one(
                        "AveragePool",
                        11,
                        image,
                        ints("kernel_shape", 3, 3)
                                .andThen(ints("pads", 1, 1, 0, 1))
                                .andThen(with("count_include_pad", 1))),
                one(
                        "AveragePool",
                        19,
                        image,
                        ints("kernel_shape", 3, 3)
                                .andThen(ints("strides", 2, 2))
                                .andThen(with("ceil_mode", 1))),
                one("GlobalAveragePool", 7, image, none()),
                one("GlobalMaxPool", 7, image, none()),
                one("ReduceMean", 13, image, ints("axes", 2, 3).andThen(with("keepdims", 0))),
                one("ReduceMean", 13, image, ints("axes", -1)),
                one("ReduceMean", 13, image, ints("axes", 2)),
                one("ReduceMean", 13, image, ints("axes", 1).andThen(with("keepdims", 0))),
                one("ReduceMean", 13, dims(1, 5, 6), ints("axes", 1).andThen(with("keepdims", 0))),
                one("ReduceMean", 13, image, none()),
                graph(
                        "ReduceMean",
                        18,
                        image,
                        (model, random) -> model.longs("a", 2, 3).node("ReduceMean", List.of("x", "a"), "y")),
                padded("Pad", 0, 0, 1, 0, 0, 0, 2, 1),
                graph(
                        "Pad",
                        7 + 2,
                        image,
                        (model, random) -> model.node("Pad", List.of("x"), "y", ints("pads", 0, 0, 0, 1, 0, 0, 1, 0))),
                graph(
                        "Pad of axes",
                        18,
                        image,
                        (model, random) -> model.longs("p", 1, 2, 0, 1)
                                .longs("a", 2, 3)
                                .node("Pad", List.of("x", "p", "", "a"), "y")),
                mirrored("reflect"),
                mirrored("edge"),
                slice("Slice", dims(1, 3, 8, 7), new long[] {1, 0}, new long[] {-1, 100}, new long[] {2, 1}, 2, 1),
                slice("Slice", dims(1, 3, 8, 7), new long[] {-1}, new long[] {-100}, new long[] {3}, -2),
                slice("Slice", dims(1, 3, 8, 7), new long[] {2}, new long[] {3}, new long[] {1}, 1),
                graph(
                        "Slice",
                        9,
                        image,
                        (model, random) -> model.node(
                                "Slice",
                                List.of("x"),
                                "y",
                                ints("starts", 1, 2).andThen(ints("ends", 3, 7)).andThen(ints("axes", 1, 2)))),
                graph(
                        "Gather",
                        13,
                        image,
                        (model, random) ->
                                model.longs("i", 2, 0, -1).node("Gather", List.of("x", "i"), "y", with("axis", 1))),
                graph(
                        "Gather of one",
                        13,
                        dims(1, 6, 4),
                        (model, random) -> model.integers("i", ElementType.INT64, List.of(), 0, 0, 0, 0, 0, 0, 0, 0)
                                .node("Gather", List.of("x", "i"), "y", with("axis", 1))),
                split("Split", 13),
                split("Split", 11),
                graph(
                        "Concat of channels",
                        13,
                        image,
                        (model, random) -> model.node("Tanh", List.of("x"), "t")
                                .node("Concat", List.of("x", "t", "x"), "y", with("axis", 1))),
                graph(
                        "Concat of rows",
                        13,
                        image,
                        (model, random) -> model.node("Tanh", List.of("x"), "t")
                                .node("Concat", List.of("x", "t"), "y", with("axis", 2))),
                graph(
                        "Concat of columns",
                        13,
                        image,
                        (model, random) -> model.node("Tanh", List.of("x"), "t")
                                .node("Concat", List.of("t", "x"), "y", with("axis", -1))),
                graph(
                        "Concat of vectors",
                        13,
                        dims(1, 6),
                        (model, random) -> model.node("Tanh", List.of("x"), "t")
                                .node("Concat", List.of("t", "x"), "y", with("axis", 1))),
                graph(
                        "Concat of maps",
                        13,
                        dims(1, 1, 4, 5),
                        (model, random) -> model.node("Tanh", List.of("x"), "t")
                                .node("Concat", List.of("t", "x"), "y", with("axis", 1))),
                graph(
                        "Squeeze and Unsqueeze",
                        13,
                        dims(1, 6, 1, 1),
                        (model, random) -> model.longs("a", 2, 3)
                                .longs("b", 1)
                                .node("Squeeze", List.of("x", "a"), "s")
                                .node("Unsqueeze", List.of("s", "b"), "y")),
                graph(
                        "Unsqueeze",
                        11,
                        dims(1, 6),
                        (model, random) -> model.node("Unsqueeze", List.of("x"), "y", ints("axes", 2))),
                graph("channel shuffle", 13, dims(1, 6, 4, 4), (model, random) -> {
                    weights(model, random, "w", 5, 6, 1, 1);
                    model.longs("a", 1, 2, 3, 4, 4)
                            .longs("b", 1, 6, 4, 4)
                            .node("Reshape", List.of("x", "a"), "r")
                            .node("Transpose", List.of("r"), "t", ints("perm", 0, 2, 1, 3, 4))
                            .node("Reshape", List.of("t", "b"), "s")
                            .node("Flatten", List.of("s"), "f");
                    weights(model, random, "d", 96, 3).node("MatMul", List.of("f", "d"), "y");
                }),
                graph("view by shape", 13, dims(1, 4, 3, 3), (model, random) -> {
                    model.longs("zero", 0)
                            .longs("rest", -1)
                            .node("Relu", List.of("x"), "r")
                            .node("Shape", List.of("r"), "shape")
                            .node("Gather", List.of("shape", "zero"), "batch", with("axis", 0))
                            .node("Concat", List.of("batch", "rest"), "to", with("axis", 0))
                            .node("Reshape", List.of("r", "to"), "f");
                    weights(model, random, "w", 36, 4).node("MatMul", List.of("f", "w"), "y");
                }));
    }

    private static Arguments padded(String name, long... pads) {
        return graph(
                name,
                13,
                dims(1, 3, 8, 7),
                (model, random) -> model.longs("p", pads).node("Pad", List.of("x", "p"), "y"));
    }

    private static Arguments mirrored(String mode) {
        return graph(
                "Pad " + mode,
                13,
                dims(1, 3, 8, 7),
                (model, random) -> model.longs("p", 0, 0, 2, 1, 0, 0, 1, 3)
                        .node("Pad", List.of("x", "p"), "y", with("mode", mode)));
    }

    private static Arguments slice(String name, int[] input, long[] starts, long[] ends, long[] axes, long... steps) {
        return graph(
                name,
                13,
                input,
                (model, random) -> model.longs("s", starts)
                        .longs("e", ends)
                        .longs("a", axes)
                        .longs("t", steps)
                        .node("Slice", List.of("x", "s", "e", "a", "t"), "y"));
    }

    private static Arguments split(String name, int opset) {
        return graph(name, opset, dims(1, 6, 5, 4), (model, random) -> {
            boolean byInput = opset >= 13;
            if (byInput) {
                model.longs("sizes", 2, 4);
            }
            model.node(
                            "Split",
                            byInput ? List.of("x", "sizes") : List.of("x"),
                            List.of("p", "q"),
                            byInput ? with("axis", 1) : with("axis", 1).andThen(ints("split", 2, 4)))
                    .node("Tanh", List.of("q"), "y");
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"moving"})
    void shouldComputeAsOnnxRuntimeDoes(String name, int opset, int[] input, Body body) throws IOException {
        OperatorCases.assertSame(folder, name, opset, input, body);
    }
}
