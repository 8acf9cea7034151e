// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static dev.hilda.host.frontend.onnx.ModelBuilder.ints;
import static dev.hilda.host.frontend.onnx.ModelBuilder.with;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import onnx.Onnx.NodeProto;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small graphs of each operator in float32 against ONNX Runtime. */
class OperatorRuntimeTest {
    private static final long SEED = Long.getLong("hilda.seed", 22);
    private static final int INPUTS = 2;
    private static final double LEAST_DECIBELS = 100;

    @TempDir
    private Path folder;

    /** A graph from "x" to "y". */
    private interface Body {
        void addTo(ModelBuilder model, Random random);
    }

    private static Arguments graph(String name, int opset, int[] input, Body body) {
        return Arguments.of(name + ", opset " + opset, opset, input, body);
    }

    private static Arguments one(String type, int opset, int[] input, Consumer<NodeProto.Builder> attributes) {
        return graph(type, opset, input, (model, random) -> model.node(type, List.of("x"), "y", attributes));
    }

    private static Consumer<NodeProto.Builder> none() {
        return node -> {};
    }

    private static int[] dims(int... dims) {
        return dims;
    }

    private static ModelBuilder weights(ModelBuilder model, Random random, String name, Integer... dims) {
        int count = Dims.elements(List.of(dims));
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return model.floats(name, List.of(dims), values);
    }

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
    @MethodSource({"weighted", "elementwise", "moving"})
    void shouldComputeAsOnnxRuntimeDoes(String name, int opset, int[] input, Body body) throws IOException {
        assumeTrue(OnnxRuntime.isPresent(), OnnxRuntime.ABSENT);
        Random random = new Random(SEED);
        ModelBuilder model = new ModelBuilder(opset).input("x", input);
        body.addTo(model, random);
        Path file = folder.resolve("model.onnx");
        Files.write(file, model.output("y").bytes());
        OnnxCase tried = OnnxCase.run(file, inputs(random, Dims.elements(Dims.of(input))));
        double decibels = tried.decibels(tried.floatAnswers());
        assertTrue(decibels >= LEAST_DECIBELS, name + ": " + decibels + " dB, seed " + SEED);
    }

    private static List<float[]> inputs(Random random, int count) {
        List<float[]> inputs = new ArrayList<>();
        for (int input = 0; input < INPUTS; input++) {
            float[] values = new float[count];
            for (int index = 0; index < count; index++) {
                values[index] = (float) random.nextGaussian();
            }
            inputs.add(values);
        }
        return inputs;
    }
}
