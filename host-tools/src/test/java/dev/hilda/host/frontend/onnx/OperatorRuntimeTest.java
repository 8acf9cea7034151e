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
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import onnx.Onnx.NodeProto;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators that compute, in float32 against ONNX Runtime. */
class OperatorRuntimeTest {
    @TempDir
    private Path folder;

    private static Arguments conv(String name, int[] input, Integer[] kernel, Consumer<NodeProto.Builder> attributes) {
        return graph("Conv " + name, 17, input, (model, random) -> {
            weights(model, random, "w", kernel);
            weights(model, random, "b", kernel[0]);
            model.node("Conv", List.of("x", "w", "b"), "y", attributes);
        });
    }

    static Stream<Arguments> weighted() {
        int[] image = dims(1, 3, 9, 7);
        return Stream.of(
                conv("3x3", image, new Integer[] {4, 3, 3, 3}, none()),
                conv("asymmetric pads", image, new Integer[] {4, 3, 3, 3}, ints("pads", 0, 1, 2, 0)),
                conv(
                        "strides and dilations",
                        image,
                        new Integer[] {4, 3, 3, 2},
                        ints("strides", 2, 1).andThen(ints("dilations", 1, 2)).andThen(ints("pads", 1, 1, 1, 1))),
                conv(
                        "SAME_UPPER",
                        dims(1, 3, 8, 6),
                        new Integer[] {4, 3, 3, 3},
                        with("auto_pad", "SAME_UPPER").andThen(ints("strides", 2, 2))),
                conv(
                        "SAME_LOWER",
                        dims(1, 3, 8, 6),
                        new Integer[] {4, 3, 3, 3},
                        with("auto_pad", "SAME_LOWER").andThen(ints("strides", 2, 2))),
                conv("VALID", image, new Integer[] {4, 3, 3, 3}, with("auto_pad", "VALID")),
                conv("depthwise", image, new Integer[] {3, 1, 3, 3}, with("group", 3)),
                conv("depthwise, two each", image, new Integer[] {6, 1, 3, 3}, with("group", 3)),
                conv("grouped", dims(1, 4, 6, 6), new Integer[] {6, 2, 3, 3}, with("group", 2)),
                conv(
                        "1-D",
                        dims(1, 5, 12),
                        new Integer[] {4, 5, 3},
                        ints("pads", 2, 0).andThen(ints("dilations", 2))),
                conv("1-D depthwise", dims(1, 5, 12), new Integer[] {5, 1, 4}, with("group", 5)),
                graph("Gemm", 13, dims(1, 6), (model, random) -> {
                    weights(model, random, "w", 6, 4);
                    weights(model, random, "b", 1, 4);
                    model.node(
                            "Gemm",
                            List.of("x", "w", "b"),
                            "y",
                            with("alpha", 0.5f).andThen(with("beta", 2f)));
                }),
                graph("Gemm transposed, one bias", 11, dims(1, 6), (model, random) -> {
                    weights(model, random, "w", 4, 6);
                    weights(model, random, "b", 1);
                    model.node("Transpose", List.of("x"), "t", ints("perm", 1, 0))
                            .node(
                                    "Gemm",
                                    List.of("t", "w", "b"),
                                    "y",
                                    with("transA", 1).andThen(with("transB", 1)));
                }),
                graph("MatMul and Add", 9, dims(1, 6), (model, random) -> {
                    weights(model, random, "w", 6, 4);
                    weights(model, random, "b", 4);
                    model.node("MatMul", List.of("x", "w"), "m").node("Add", List.of("m", "b"), "y");
                }),
                graph("MatMul of a sequence", 13, dims(1, 5, 6), (model, random) -> {
                    weights(model, random, "w", 6, 4);
                    weights(model, random, "b", 4);
                    model.node("MatMul", List.of("x", "w"), "m").node("Add", List.of("b", "m"), "y");
                }),
                graph("Flatten behind Conv", 17, dims(1, 2, 5, 4), (model, random) -> {
                    weights(model, random, "k", 3, 2, 2, 2);
                    weights(model, random, "w", 36, 5);
                    model.node("Conv", List.of("x", "k"), "c")
                            .node("Flatten", List.of("c"), "f")
                            .node("MatMul", List.of("f", "w"), "y");
                }),
                graph("Flatten of the input", 17, dims(1, 3, 5, 4), (model, random) -> {
                    weights(model, random, "w", 60, 5);
                    model.node("Flatten", List.of("x"), "f").node("MatMul", List.of("f", "w"), "y");
                }),
                graph("Conv behind a transposition from channels last", 13, dims(1, 6, 5, 3), (model, random) -> {
                    weights(model, random, "k", 4, 3, 3, 3);
                    model.node("Transpose", List.of("x"), "t", ints("perm", 0, 3, 1, 2))
                            .node("Conv", List.of("t", "k"), "c")
                            .node("Transpose", List.of("c"), "y", ints("perm", 0, 2, 3, 1));
                }),
                graph("BatchNormalization behind Conv", 15, image, (model, random) -> {
                    weights(model, random, "w", 4, 3, 3, 3);
                    batchNormalization(weights(model, random, "q", 1), random, 4);
                    model.node("Conv", List.of("x", "w"), "c")
                            .node("BatchNormalization", List.of("c", "g", "o", "m", "v"), "y", with("epsilon", 1e-3f));
                }),
                graph(
                        "BatchNormalization behind Flatten, offsets and means all 0",
                        15,
                        dims(1, 2, 5, 4),
                        (model, random) -> {
                            weights(model, random, "k", 3, 2, 2, 2);
                            batchNormalization(model, random, 36);
                            weights(model, random, "w", 36, 5)
                                    .floats("zero", List.of(36), new float[36])
                                    .floats("none", List.of(36), new float[36])
                                    .node("Conv", List.of("x", "k"), "c")
                                    .node("Flatten", List.of("c"), "f")
                                    .node("BatchNormalization", List.of("f", "g", "zero", "none", "v"), "n")
                                    .node("MatMul", List.of("n", "w"), "y");
                        }),
                graph("BatchNormalization alone", 9, dims(1, 3, 8), (model, random) -> {
                    batchNormalization(model, random, 3);
                    model.node("BatchNormalization", List.of("x", "g", "o", "m", "v"), "y");
                }));
    }

    private static void batchNormalization(ModelBuilder model, Random random, int channels) {
        weights(model, random, "g", channels);
        weights(model, random, "o", channels);
        weights(model, random, "m", channels);
        float[] variances = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            variances[channel] = 0.1f + random.nextFloat();
        }
        model.floats("v", List.of(channels), variances);
    }

    static Stream<Arguments> elementwise() {
        int[] image = dims(1, 3, 5, 4);
        return Stream.of(
                one("Relu", 7, image, none()),
                one("LeakyRelu", 16, image, with("alpha", 0.3f)),
                one("Sigmoid", 13, image, none()),
                one("Tanh", 13, image, none()),
                one("HardSigmoid", 6 + 1, image, with("alpha", 0.3f).andThen(with("beta", 0.4f))),
                one("HardSigmoid", 13, image, none()),
                one("HardSwish", 14, image, none()),
                one("Elu", 13, image, none()),
                one("Abs", 13, image, none()),
                one("Neg", 13, image, none()),
                one("Exp", 13, image, none()),
                one("Gelu", 20, image, none()),
                one("Gelu", 20, image, with("approximate", "tanh")),
                one("Identity", 13, image, none()),
                one("Dropout", 13, image, none()),
                one("Softmax", 13, dims(1, 7), none()),
                one("Softmax", 11, dims(1, 7), none()),
                one("Softmax", 13, image, with("axis", 1)),
                one("Clip", 6 + 1, image, with("min", -0.5f).andThen(with("max", 0.75f))),
                limits("Clip", "-1", "1"),
                limits("Clip", "0", "6"),
                limits("Clip", "0", ""),
                limits("Clip", "", "0.5"),
                graph(
                        "Min",
                        13,
                        image,
                        (model, random) -> model.floats("c", List.of(), 0.25f).node("Min", List.of("x", "c"), "y")),
                graph(
                        "Max",
                        13,
                        image,
                        (model, random) -> model.floats("c", List.of(1), 0).node("Max", List.of("c", "x"), "y")),
                graph(
                        "PRelu",
                        16,
                        image,
                        (model, random) -> weights(model, random, "s", 3, 1, 1).node("PRelu", List.of("x", "s"), "y")),
                graph(
                        "PRelu of one slope",
                        9,
                        image,
                        (model, random) -> model.floats("s", List.of(1), -0.4f).node("PRelu", List.of("x", "s"), "y")),
                graph(
                        "Pow",
                        13,
                        image,
                        (model, random) -> model.floats("c", List.of(), 2).node("Pow", List.of("x", "c"), "y")),
                constant("Add", 3, 1, 1),
                constant("Sub", 1, 3, 1, 1),
                constant("Mul", 1),
                constant("Div", 3, 1, 1),
                constant("Mul", 3, 5, 4),
                constant("Add", 5, 1),
                graph(
                        "Sub from a constant",
                        14,
                        image,
                        (model, random) -> weights(model, random, "c", 3, 1, 1).node("Sub", List.of("c", "x"), "y")),
                pair("Add", dims(1, 3, 5, 4)),
                pair("Sub", dims(1, 3, 5, 4)),
                pair("Mul", dims(1, 3, 5, 4)),
                graph(
                        "Mul by means",
                        17,
                        image,
                        (model, random) -> model.node("GlobalAveragePool", List.of("x"), "m")
                                .node("Mul", List.of("m", "x"), "y")),
                graph(
                        "Add of a map",
                        17,
                        image,
                        (model, random) -> weights(model, random, "k", 1, 3, 1, 1)
                                .node("Conv", List.of("x", "k"), "m")
                                .node("Add", List.of("x", "m"), "y")),
                graph(
                        "Add of a remainder by fmod",
                        13,
                        image,
                        (model, random) -> model.floats("a", List.of(), -5.5f)
                                .floats("b", List.of(), 3)
                                .node("Mod", List.of("a", "b"), "c", with("fmod", 1))
                                .node("Add", List.of("x", "c"), "y")),
                graph("Cast", 13, image, (model, random) -> model.node("Cast", List.of("x"), "y", with("to", 1))));
    }

    private static Arguments limits(String type, String low, String high) {
        return graph(type + " " + low + " to " + high, 13, dims(1, 3, 5, 4), (model, random) -> {
            if (!low.isEmpty()) {
                model.floats("low", List.of(), Float.parseFloat(low));
            }
            if (!high.isEmpty()) {
                model.floats("high", List.of(), Float.parseFloat(high));
            }
            model.node(type, List.of("x", low.isEmpty() ? "" : "low", high.isEmpty() ? "" : "high"), "y");
        });
    }

    private static Arguments constant(String type, Integer... shape) {
        return graph(
                type + " with a constant of " + List.of(shape),
                14,
                dims(1, 3, 5, 4),
                (model, random) -> weights(model, random, "c", shape).node(type, List.of("x", "c"), "y"));
    }

    private static Arguments pair(String type, int[] input) {
        return graph(
                type + " of two",
                14,
                input,
                (model, random) -> model.node("Tanh", List.of("x"), "t").node(type, List.of("x", "t"), "y"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"weighted", "elementwise"})
    void shouldComputeAsOnnxRuntimeDoes(String name, int opset, int[] input, Body body) throws IOException {
        OperatorCases.assertSame(folder, name, opset, input, body);
    }
}
