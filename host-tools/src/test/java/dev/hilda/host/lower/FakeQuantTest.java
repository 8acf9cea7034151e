// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Interpolation;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.Subtract;
import dev.hilda.host.ir.WeightQuantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Lowered layers, executed, against {@link FakeQuant}: at most one step apart, and rarely that. Parity of oracle and firmware
 * cannot show a wrong lowering; this does.
 */
class FakeQuantTest {
    private static final int[] WIDTHS = {8, 4, 2};
    private static final int ROUNDS = 6;
    private static final double RARELY = 0.002;

    private final Random random = new Random(20260815);
    private long compared;
    private long unequal;

    @Test
    void shouldComputeConvolutionsOfEveryBitTriple() {
        for (int in : WIDTHS) {
            for (int weights : WIDTHS) {
                for (int out : WIDTHS) {
                    for (int round = 0; round < ROUNDS; round++) {
                        compareWeighted(in, weights, out, false);
                        compareWeighted(in, weights, out, true);
                    }
                }
            }
        }
        requireRarelyUnequal();
    }

    @Test
    void shouldComputeLogits() {
        for (int in : WIDTHS) {
            for (int weights : WIDTHS) {
                for (int round = 0; round < ROUNDS; round++) {
                    compareWeighted(in, weights, 32, false);
                }
            }
        }
        requireRarelyUnequal();
    }

    @Test
    void shouldComputeEveryOtherOperator() {
        for (int in : WIDTHS) {
            for (int out : WIDTHS) {
                for (int round = 0; round < ROUNDS; round++) {
                    compareSum(in, out);
                    compareMean(in, out);
                    compareElementwise(in, out);
                }
            }
            for (int round = 0; round < ROUNDS; round++) {
                compareKeepingQuantization(in);
                compareSoftmax(in);
            }
        }
        requireRarelyUnequal();
    }

    private void requireRarelyUnequal() {
        assertTrue(compared > 1000, () -> "compared " + compared);
        assertTrue(unequal <= RARELY * compared, () -> unequal + " of " + compared + " differ by a step");
    }

    private void compareWeighted(int inBits, int weightBits, int outBits, boolean isDepthwise) {
        TensorShape shape = new TensorShape(3 + random.nextInt(5), 3 + random.nextInt(5), 1 + random.nextInt(5));
        Window window = window();
        int channels = isDepthwise ? shape.channels() * (1 + random.nextInt(2)) : 1 + random.nextInt(6);
        int count = channels * window.taps() * (isDepthwise ? 1 : shape.channels());
        byte[] codes = new byte[count];
        random.nextBytes(codes);
        for (int i = 0; i < count; i++) {
            codes[i] = (byte) (codes[i] & Bits.highestCode(weightBits));
        }
        float[] gain = new float[channels];
        double[] scales = new double[channels];
        int[] bias = new int[channels];
        for (int channel = 0; channel < channels; channel++) {
            gain[channel] = (float) (random.nextGaussian() + 0.1);
            scales[channel] = 0.01 + random.nextDouble();
            bias[channel] = random.nextInt(2001) - 1000;
        }
        Optional<ChannelNormalization> normalization = random.nextBoolean()
                ? Optional.of(
                        new ChannelNormalization(FloatTensor.vector(gain), FloatTensor.vector(new float[channels])))
                : Optional.empty();
        Activation activation = outBits == 32 ? Activation.NONE : activation();
        FloatTensor zeros = FloatTensor.vector(new float[channels]);
        FloatTensor floats = isDepthwise
                ? new FloatTensor(List.of(window.kernelHeight(), window.kernelWidth(), channels), new float[count])
                : new FloatTensor(
                        List.of(channels, window.kernelHeight(), window.kernelWidth(), shape.channels()),
                        new float[count]);
        Operator operator = isDepthwise
                ? new Operator.Depthwise(window, floats, zeros, normalization, activation)
                : new Operator.Convolution(window, floats, zeros, normalization, activation);
        int[] zeroPoints = random.ints(channels, 0, 1 << weightBits).toArray();
        WeightQuantization weights =
                new WeightQuantization(new WeightCodes(weightBits, codes, zeroPoints), scales, Ints.of(bias));
        ActivationQuantization in = quantization(inBits, 0.1 + random.nextDouble());
        double range = window.taps()
                * (isDepthwise ? 1 : shape.channels())
                * 0.5
                * Bits.highestCode(inBits)
                * in.scale()
                * Bits.highestCode(weightBits)
                * 0.5;
        double scale = outBits == 32 ? in.scale() * 2 : range / Bits.highestCode(outBits);
        run(operator, List.of(shape), List.of(in), quantization(outBits, scale), Map.of("node", weights));
    }

    private void compareSum(int inBits, int outBits) {
        TensorShape shape = shape();
        ActivationQuantization first = quantization(inBits, 0.1 + random.nextDouble());
        double ratio = (double) Bits.highestCode(inBits) / Bits.highestCode(outBits);
        ActivationQuantization out = quantization(outBits, (0.3 + 2 * random.nextDouble()) * ratio);
        run(new Operator.Requantize(), List.of(shape), List.of(first), out, Map.of());
        ActivationQuantization second = quantization(WIDTHS[random.nextInt(3)], 0.1 + random.nextDouble());
        double span = first.scale() * second.scale() * Bits.highestCode(inBits) * Bits.highestCode(second.bits());
        ActivationQuantization product =
                quantization(outBits, span * (0.05 + random.nextDouble()) / Bits.highestCode(outBits));
        for (TensorShape other : List.of(shape, TensorShape.vector(shape.channels()))) {
            List<TensorShape> shapes = List.of(shape, other);
            run(new Operator.Add(activation()), shapes, List.of(first, second), out, Map.of());
            run(new Subtract(activation()), shapes, List.of(first, second), out, Map.of());
            run(new Multiply(activation()), shapes, List.of(first, second), product, Map.of());
        }
    }

    private void compareMean(int inBits, int outBits) {
        ActivationQuantization in = quantization(inBits, 0.1 + random.nextDouble());
        double ratio = (double) Bits.highestCode(inBits) / Bits.highestCode(outBits);
        ActivationQuantization out = quantization(outBits, in.scale() * (0.1 + random.nextDouble()) * ratio);
        TensorShape shape = shape();
        Window some =
                new Window(1 + random.nextInt(3), 1 + random.nextInt(3), 1 + random.nextInt(2), 2, 1, 1, 0, 0, 0, 0);
        Window all = Window.of(shape.height(), shape.width());
        for (Window window : List.of(some, all)) {
            run(new Operator.AveragePool(window, activation()), List.of(shape), List.of(in), out, Map.of());
        }
    }

    private void compareElementwise(int inBits, int outBits) {
        ActivationQuantization in = quantization(inBits, 0.1 + random.nextDouble());
        double ratio = (double) Bits.highestCode(inBits) / Bits.highestCode(outBits);
        ActivationQuantization out = quantization(outBits, in.scale() * (0.1 + random.nextDouble()) * ratio);
        List<ElementwiseFunction> functions =
                new ArrayList<>(List.of(new ElementwiseFunction.LeakyRelu(random.nextGaussian())));
        functions.addAll(List.of(ElementwiseFunction.Fixed.values()));
        for (ElementwiseFunction function : functions) {
            run(new Operator.Elementwise(function), List.of(shape()), List.of(in), out, Map.of());
        }
        TensorShape shape = shape();
        float[] slopes = new float[shape.channels()];
        for (int channel = 0; channel < slopes.length; channel++) {
            slopes[channel] = random.nextInt(5) == 0 ? 0 : (float) random.nextGaussian();
        }
        run(new Prelu(FloatTensor.vector(slopes)), List.of(shape), List.of(in), out, Map.of());
    }

    private void compareKeepingQuantization(int bits) {
        ActivationQuantization both = quantization(bits, 0.1 + random.nextDouble());
        TensorShape shape = shape();
        run(new Operator.AveragePool(window(), activation()), List.of(shape), List.of(both), both, Map.of());
        run(new Operator.MaxPool(window(), activation()), List.of(shape), List.of(both), both, Map.of());
        run(new Operator.Pad(1, 0, 2, 1), List.of(shape), List.of(both), both, Map.of());
        for (Axis axis : Axis.values()) {
            run(new Concatenation(axis), List.of(shape, shape), List.of(both, both), both, Map.of());
        }
        Ints rows = Ints.of(2, 0, 2);
        Ints channels = Ints.of(random.ints(5, 0, shape.channels()).toArray());
        run(new Gather(rows, Ints.of(0, 1), channels), List.of(shape), List.of(both), both, Map.of());
        Interpolate mixed = new Interpolate(positions(shape.height()), positions(shape.width()));
        run(mixed, List.of(shape), List.of(both), both, Map.of());
        TensorShape flat = TensorShape.vector(shape.elements());
        run(new Operator.Reshape(flat), List.of(shape), List.of(both), both, Map.of());
    }

    /** Which the integers hold: in 1/1024. */
    private Interpolation positions(int extent) {
        float[] fractions = new float[6];
        for (int index = 0; index < fractions.length; index++) {
            fractions[index] = random.nextInt(1025) / 1024f;
        }
        Ints lower = Ints.of(random.ints(6, 0, extent).toArray());
        return new Interpolation(lower, Ints.of(random.ints(6, 0, extent).toArray()), FloatTensor.vector(fractions));
    }

    private void compareSoftmax(int bits) {
        ActivationQuantization in = quantization(bits, 4.0 / (1 << bits));
        ActivationQuantization out = new ActivationQuantization(8, 1.0 / 256, 0, Rounding.HALF_UP);
        run(new Operator.Softmax(1.5), List.of(shape()), List.of(in), out, Map.of());
    }

    private void run(
            Operator operator,
            List<TensorShape> shapes,
            List<ActivationQuantization> in,
            ActivationQuantization out,
            Map<String, WeightQuantization> weights) {
        boolean isBinary = shapes.size() == 2;
        // A network has one input: the second operand is the first, or its mean, under another quantization.
        List<Node> nodes = new ArrayList<>();
        if (isBinary) {
            Operator made = shapes.get(0).equals(shapes.get(1))
                    ? new Operator.Requantize()
                    : new Operator.AveragePool(
                            Window.of(shapes.get(0).height(), shapes.get(0).width()), Activation.NONE);
            nodes.add(new Node("second", made, List.of("x0"), "x1"));
        }
        nodes.add(new Node("node", operator, isBinary ? List.of("x0", "x1") : List.of("x0"), "y"));
        Graph graph = new Graph("layer", "x0", shapes.get(0), nodes, "y");
        Map<String, ActivationQuantization> activations =
                isBinary ? Map.of("x0", in.get(0), "x1", in.get(1), "y", out) : Map.of("x0", in.get(0), "y", out);
        QuantizedGraph quantized = new QuantizedGraph(graph, activations, weights);
        int[] input = random.ints(
                        shapes.get(0).elements(), 0, Bits.highestCode(in.get(0).bits()) + 1)
                .toArray();
        var trace = Oracle.of(Lowering.lower(quantized)).traceCodes(input);
        int[] actual = trace.output();
        List<int[]> operands = isBinary ? List.of(input, trace.codes(1)) : List.of(input);
        int[] expected = FakeQuant.codes(quantized, nodes.get(nodes.size() - 1), operands);
        for (int i = 0; i < expected.length; i++) {
            int index = i;
            compared++;
            unequal += expected[i] == actual[i] ? 0 : 1;
            assertTrue(
                    Math.abs(expected[i] - actual[i]) <= 1,
                    () -> operator + " " + in + " " + out + ": " + actual[index] + " where " + expected[index]
                            + " is expected at " + index);
        }
    }

    private TensorShape shape() {
        return new TensorShape(3 + random.nextInt(5), 3 + random.nextInt(5), 1 + random.nextInt(9));
    }

    private Window window() {
        int height = 1 + random.nextInt(3);
        int width = 1 + random.nextInt(3);
        return new Window(
                height,
                width,
                1 + random.nextInt(2),
                1 + random.nextInt(2),
                1,
                1 + random.nextInt(width == 2 ? 2 : 1),
                random.nextInt(height),
                random.nextInt(height),
                random.nextInt(width),
                random.nextInt(width));
    }

    private Activation activation() {
        return List.of(Activation.NONE, Activation.RELU, Activation.RELU6).get(random.nextInt(3));
    }

    private ActivationQuantization quantization(int bits, double scale) {
        int zeroPoint = bits == 32 ? 0 : random.nextInt(1 << bits);
        Rounding rounding = random.nextBoolean() ? Rounding.HALF_UP : Rounding.FLOOR;
        return new ActivationQuantization(bits, scale, zeroPoint, rounding);
    }
}
