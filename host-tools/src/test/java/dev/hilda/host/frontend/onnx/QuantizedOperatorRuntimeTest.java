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

/**
 * Small quantized graphs against ONNX Runtime, each layer by itself: QuantizeLinear and DequantizeLinear around operators,
 * operators on codes, and Quant, rewritten for ONNX Runtime. A code may differ by one, where a real number lies between two.
 */
class QuantizedOperatorRuntimeTest {
    private static final long SEED = Long.getLong("hilda.seed", 23);
    private static final int INPUTS = 4;
    /** Means of four codes are often halves, which ONNX rounds to the even code. */
    private static final double MOST_TIES = 0.34;

    private static final int[] IMAGE = {1, 3, 6, 5};

    @TempDir
    private Path folder;

    /** A graph from "x", codes or real numbers, to "y". */
    private interface Body {
        void addTo(Quantized model);
    }

    private static Arguments graph(String name, Body body) {
        return Arguments.of(name, IMAGE, body);
    }

    private static Arguments vector(String name, Body body) {
        return Arguments.of(name, new int[] {1, 12}, body);
    }

    /** One operator between its input's codes and its result's. */
    private static Arguments between(
            String type, ElementType codes, double scale, int zero, Consumer<NodeProto.Builder> attributes) {
        return graph(
                type + " in " + codes,
                model -> model.fake("x", "a", codes, 0.02, codes == ElementType.INT8 ? 3 : 130)
                        .node(type, "r", attributes, "a")
                        .fake("r", "y", codes, scale, zero));
    }

    static Stream<Arguments> aroundOperators() {
        Consumer<NodeProto.Builder> window = ints("kernel_shape", 2, 2).andThen(ints("strides", 2, 1));
        return Stream.of(
                graph(
                        "Conv per channel, Relu",
                        model -> model.fake("x", "a", ElementType.UINT8, 0.02, 128)
                                .codes("w", ElementType.INT8, 4, 3, 3, 3)
                                .perChannel("w", 4)
                                .node("DequantizeLinear", "v", with("axis", 0), "w", "w_scale", "w_zero")
                                .reals("b", 0.3, 4)
                                .node("Conv", "c", ints("pads", 1, 1, 1, 1), "a", "v", "b")
                                .node("Relu", "r", "c")
                                .fake("r", "y", ElementType.UINT8, 0.05, 0)),
                graph(
                        "depthwise Conv in uint8, Clip to 6",
                        model -> model.fake("x", "a", ElementType.UINT8, 0.02, 120)
                                .codes("w", ElementType.UINT8, 3, 1, 3, 3)
                                .grid("w", ElementType.UINT8, 0.01, 117)
                                .node("DequantizeLinear", "v", "w", "w_scale", "w_zero")
                                .node("Conv", "c", with("group", 3), "a", "v")
                                .limits(0, 6)
                                .node("Clip", "r", "c", "low", "high")
                                .fake("r", "y", ElementType.UINT8, 0.02, 0)),
                graph(
                        "Conv, BatchNormalization, Clip to -1",
                        model -> model.fake("x", "a", ElementType.INT8, 0.02, 0)
                                .codes("w", ElementType.INT8, 4, 3, 2, 2)
                                .grid("w", ElementType.INT8, 0.01, 0)
                                .node("DequantizeLinear", "v", "w", "w_scale", "w_zero")
                                .node("Conv", "c", "a", "v")
                                .reals("g", 1, 4)
                                .reals("o", 1, 4)
                                .reals("m", 1, 4)
                                .ones("one", 4)
                                .node("BatchNormalization", "n", "c", "g", "o", "m", "one")
                                .limits(-1, 0.75)
                                .node("Clip", "r", "n", "low", "high")
                                .fake("r", "y", ElementType.INT8, 0.02, 5)),
                vector(
                        "Gemm",
                        model -> model.fake("x", "a", ElementType.INT8, 0.02, -3)
                                .codes("w", ElementType.INT8, 5, 12)
                                .perChannel("w", 5)
                                .node("DequantizeLinear", "v", with("axis", 0), "w", "w_scale", "w_zero")
                                .reals("b", 0.3, 5)
                                .node("Gemm", "c", with("transB", 1), "a", "v", "b")
                                .fake("c", "y", ElementType.INT8, 0.06, 4)),
                vector(
                        "MatMul, Add of a constant",
                        model -> model.fake("x", "a", ElementType.INT8, 0.02, -3)
                                .codes("w", ElementType.INT8, 12, 5)
                                .grid("w", ElementType.INT8, 0.01, 0)
                                .node("DequantizeLinear", "v", "w", "w_scale", "w_zero")
                                .reals("b", 0.3, 5)
                                .node("MatMul", "m", "a", "v")
                                .fake("m", "q", ElementType.INT8, 0.05, 0)
                                .node("Add", "s", "q", "b")
                                .fake("s", "y", ElementType.INT8, 0.06, 4)),
                between("MaxPool", ElementType.INT8, 0.02, 3, window),
                between("AveragePool", ElementType.INT8, 0.02, 3, window),
                between("AveragePool", ElementType.UINT8, 0.015, 100, window),
                between("GlobalAveragePool", ElementType.UINT8, 0.005, 100, none()),
                between("Sigmoid", ElementType.UINT8, 1 / 255.0, 0, none()),
                between("Tanh", ElementType.INT8, 1 / 127.0, 0, none()),
                between("LeakyRelu", ElementType.INT8, 0.015, -60, with("alpha", 0.2f)),
                between("HardSwish", ElementType.INT8, 0.015, -60, none()),
                between("Softmax", ElementType.UINT8, 1 / 255.0, 0, with("axis", 1)),
                between("Relu", ElementType.INT8, 0.02, 3, none()),
                graph(
                        "Add of two",
                        model -> two(model)
                                .node("Add", "s", "a", "b")
                                .node("Relu", "r", "s")
                                .fake("r", "y", ElementType.UINT8, 0.03, 0)),
                graph(
                        "Mul of two",
                        model -> two(model).node("Mul", "s", "a", "b").fake("s", "y", ElementType.UINT8, 0.02, 120)),
                graph(
                        "Concat of two scales",
                        model -> two(model)
                                .node("Concat", "s", with("axis", 1), "a", "b")
                                .fake("s", "y", ElementType.UINT8, 0.02, 120)));
    }

    private static Consumer<NodeProto.Builder> none() {
        return node -> {};
    }

    private static Quantized two(Quantized model) {
        return model.fake("x", "a", ElementType.UINT8, 0.02, 128)
                .node("Tanh", "t", "a")
                .fake("t", "b", ElementType.UINT8, 0.008, 127);
    }

    static Stream<Arguments> onCodes() {
        return Stream.of(
                // Not of uint8: where the processor has no VNNI, ONNX Runtime's sums of uint8 times int8 saturate.
                graph(
                        "QLinearConv",
                        model -> input(model, ElementType.INT8, 0.02, 1)
                                .codes("w", ElementType.INT8, 4, 3, 3, 3)
                                .perChannel("w", 4)
                                .biases("b", 4)
                                .grid("y", ElementType.INT8, 0.05, 3)
                                .node(
                                        "QLinearConv",
                                        "y",
                                        with("group", 1),
                                        "q",
                                        "q_scale",
                                        "q_zero",
                                        "w",
                                        "w_scale",
                                        "w_zero",
                                        "y_scale",
                                        "y_zero",
                                        "b")),
                vector(
                        "QLinearMatMul",
                        model -> input(model, ElementType.INT8, 0.02, 1)
                                .codes("w", ElementType.INT8, 12, 5)
                                .grid("w", ElementType.INT8, 0.01, 2)
                                .grid("y", ElementType.INT8, 0.05, -4)
                                .node(
                                        "QLinearMatMul",
                                        "y",
                                        "q",
                                        "q_scale",
                                        "q_zero",
                                        "w",
                                        "w_scale",
                                        "w_zero",
                                        "y_scale",
                                        "y_zero")),
                vector(
                        "QGemm",
                        model -> input(model, ElementType.UINT8, 0.02, 120)
                                .codes("w", ElementType.UINT8, 12, 5)
                                .grid("w", ElementType.UINT8, 0.01, 130)
                                .biases("b", 5)
                                .grid("y", ElementType.UINT8, 0.05, 128)
                                .node(
                                        "com.microsoft:QGemm",
                                        "y",
                                        with("alpha", 1f),
                                        "q",
                                        "q_scale",
                                        "q_zero",
                                        "w",
                                        "w_scale",
                                        "w_zero",
                                        "b",
                                        "y_scale",
                                        "y_zero")),
                graph("QLinearAdd", model -> pair(model, "com.microsoft:QLinearAdd")),
                graph("QLinearMul", model -> pair(model, "com.microsoft:QLinearMul")),
                graph(
                        "QLinearAdd of a constant",
                        model -> input(model, ElementType.INT8, 0.02, 1)
                                .codes("k", ElementType.INT8, 3, 1, 1)
                                .grid("k", ElementType.INT8, 0.01, 2)
                                .grid("y", ElementType.INT8, 0.04, 0)
                                .node(
                                        "com.microsoft:QLinearAdd",
                                        "y",
                                        "q",
                                        "q_scale",
                                        "q_zero",
                                        "k",
                                        "k_scale",
                                        "k_zero",
                                        "y_scale",
                                        "y_zero")),
                one("QLinearSigmoid", 1 / 256.0, -128, none()),
                one("QLinearLeakyRelu", 0.015, -70, with("alpha", 0.1f)),
                one("QLinearGlobalAveragePool", 0.005, 2, with("channels_last", 0)),
                one("QLinearAveragePool", 0.02, 2, ints("kernel_shape", 2, 2)),
                one("QLinearSoftmax", 1 / 256.0, -128, with("axis", 1).andThen(with("opset", 13))),
                graph(
                        "QLinearConcat",
                        model -> input(model, ElementType.UINT8, 0.02, 120)
                                .grid("h", ElementType.UINT8, 1 / 256.0, 0)
                                .node(
                                        "com.microsoft:QLinearSigmoid",
                                        "h",
                                        "q",
                                        "q_scale",
                                        "q_zero",
                                        "h_scale",
                                        "h_zero")
                                .grid("y", ElementType.UINT8, 0.02, 110)
                                .node(
                                        "com.microsoft:QLinearConcat",
                                        "y",
                                        with("axis", 1),
                                        "y_scale",
                                        "y_zero",
                                        "q",
                                        "q_scale",
                                        "q_zero",
                                        "h",
                                        "h_scale",
                                        "h_zero")),
                graph(
                        "MaxPool on codes",
                        model -> input(model, ElementType.UINT8, 0.02, 120)
                                .node("MaxPool", "m", ints("kernel_shape", 2, 2), "q")
                                .grid("y", ElementType.UINT8, 1 / 256.0, 0)
                                .node(
                                        "com.microsoft:QLinearSigmoid",
                                        "y",
                                        "m",
                                        "q_scale",
                                        "q_zero",
                                        "y_scale",
                                        "y_zero")));
    }

    private static Quantized input(Quantized model, ElementType type, double scale, int zero) {
        return model.grid("q", type, scale, zero).node("QuantizeLinear", "q", "x", "q_scale", "q_zero");
    }

    private static Quantized pair(Quantized model, String type) {
        return input(model, ElementType.UINT8, 0.02, 120)
                .grid("h", ElementType.UINT8, 1 / 256.0, 0)
                .node("com.microsoft:QLinearSigmoid", "h", "q", "q_scale", "q_zero", "h_scale", "h_zero")
                .grid("y", ElementType.UINT8, 0.03, 110)
                .node(type, "y", "q", "q_scale", "q_zero", "h", "h_scale", "h_zero", "y_scale", "y_zero");
    }

    private static Arguments one(String type, double scale, int zero, Consumer<NodeProto.Builder> attributes) {
        return graph(
                type,
                model -> input(model, ElementType.INT8, 0.02, 1)
                        .grid("y", ElementType.INT8, scale, zero)
                        .node("com.microsoft:" + type, "y", attributes, "q", "q_scale", "q_zero", "y_scale", "y_zero"));
    }

    static Stream<Arguments> trained() {
        return Stream.of(
                quant("qonnx.custom_op.general", 8, 1, 0, 0),
                quant("finn.custom_op.general", 4, 1, 1, 0),
                quant("onnx.brevitas", 4, 0, 0, 0),
                quant("onnx.brevitas", 2, 1, 1, 0),
                quant("onnx.brevitas", 2, 0, 0, 0),
                quant("onnx.brevitas", 3, 1, 0, 0),
                quant("onnx.brevitas", 3, 0, 1, 0),
                quant("onnx.brevitas", 6, 1, 1, 0),
                quant("onnx.brevitas", 1, 0, 0, 0),
                quant("onnx.brevitas", 8, 0, 0, 100));
    }

    /** A convolution whose weights and activations are so. */
    private static Arguments quant(String domain, int bits, int signed, int narrow, int zero) {
        String name = "%s Quant of %d bits, signed %d, narrow %d, zero point %d"
                .formatted(domain, bits, signed, narrow, zero);
        Consumer<NodeProto.Builder> attributes =
                with("signed", signed).andThen(with("narrow", narrow)).andThen(with("rounding_mode", "ROUND"));
        double step = 4 / Math.pow(2, bits);
        return graph(name, model -> {
            model.model().domain(domain, 1);
            model.limits(0, bits)
                    .reals("w", 0.4, 4, 3, 2, 2)
                    .real("s", step)
                    .real("ws", Math.max(0.01, step / 4))
                    .real("z", zero)
                    .real("eight", 8)
                    .node(domain + ":Quant", "v", with("narrow", 1), "w", "ws", "low", bits == 1 ? "eight" : "high")
                    .real("xs", 0.02)
                    .node(domain + ":Quant", "a", "x", "xs", "low", "eight")
                    .node("Conv", "c", "a", "v")
                    .node(domain + ":Quant", "y", attributes, "c", "s", "z", "high");
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"aroundOperators", "onCodes", "trained"})
    void shouldComputeCodesAsOnnxRuntimeDoes(String name, int[] input, Body body) throws IOException {
        assumeTrue(OnnxRuntime.isPresent(), OnnxRuntime.ABSENT);
        Random random = new Random(SEED);
        ModelBuilder model = new ModelBuilder(17).domain("com.microsoft", 1).input("x", input);
        body.addTo(new Quantized(model, random));
        Path file = folder.resolve("model.onnx");
        Files.write(file, model.output("y").bytes());
        List<float[]> inputs = new ArrayList<>();
        for (int index = 0; index < INPUTS; index++) {
            float[] values = new float[Dims.elements(Dims.of(input))];
            for (int element = 0; element < values.length; element++) {
                values[element] = (float) random.nextGaussian();
            }
            inputs.add(values);
        }
        LayerComparison layers = LayerComparison.of(file, inputs);
        assertTrue(layers.layers() > 0, name + ": " + layers);
        assertTrue(layers.largest() <= 1, name + ": " + layers + ", seed " + SEED);
        assertTrue(layers.share() <= MOST_TIES, name + ": " + layers + ", seed " + SEED);
    }
}
