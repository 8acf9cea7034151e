// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;

/**
 * Executes a float graph with nested loops, straight from the definitions of its operators and slowly. Sums are double; each
 * value is float32 in the order height, width, channel.
 */
public final class FloatReference {
    private FloatReference() {}

    /** The graph's output. */
    public static float[] run(Graph graph, float[] input) {
        return Objects.requireNonNull(trace(graph, input).get(graph.output()));
    }

    /** Every value of the graph by its name. */
    public static Map<String, float[]> trace(Graph graph, float[] input) {
        Map<String, float[]> values = new HashMap<>();
        values.put(graph.input(), input.clone());
        for (Node node : graph.nodes()) {
            float[] first = Objects.requireNonNull(values.get(node.inputs().get(0)));
            TensorShape in = graph.shape(node.inputs().get(0));
            TensorShape other = graph.shape(node.inputs().get(node.inputs().size() - 1));
            TensorShape out = graph.shape(node.output());
            float[] second = node.inputs().size() > 1
                    ? Objects.requireNonNull(values.get(node.inputs().get(1)))
                    : new float[0];
            if (node.operator() instanceof Concatenation concatenation) {
                values.put(node.output(), concatenate(concatenation, graph, node, values));
                continue;
            }
            values.put(node.output(), execute(node.operator(), first, second, in, other, out));
        }
        return values;
    }

    private static float[] execute(
            Operator operator, float[] first, float[] second, TensorShape in, TensorShape other, TensorShape out) {
        if (operator instanceof Operator.Convolution convolution) {
            return convolve(convolution, first, in, out);
        }
        if (operator instanceof Operator.Depthwise depthwise) {
            return depthwise(depthwise, first, in, out);
        }
        if (operator instanceof Operator.FullyConnected dense) {
            return dense(dense, first);
        }
        if (operator instanceof Operator.Add add) {
            return pair(
                    first,
                    second,
                    in,
                    other,
                    out,
                    (one, two) -> add.activation().of(one + two));
        }
        if (operator instanceof Subtract subtract) {
            return pair(
                    first,
                    second,
                    in,
                    other,
                    out,
                    (one, two) -> subtract.activation().of(one - two));
        }
        if (operator instanceof Multiply multiply) {
            return pair(
                    first,
                    second,
                    in,
                    other,
                    out,
                    (one, two) -> multiply.activation().of(one * two));
        }
        if (operator instanceof Gather gather) {
            float[] taken = new float[out.elements()];
            for (int y = 0; y < out.height(); y++) {
                for (int x = 0; x < out.width(); x++) {
                    for (int c = 0; c < out.channels(); c++) {
                        int row = gather.rows().get(y);
                        int column = gather.columns().get(x);
                        int channel = gather.channels().get(c);
                        taken[at(out, y, x, c)] = first[at(in, row, column, channel)];
                    }
                }
            }
            return taken;
        }
        if (operator instanceof Interpolate interpolate) {
            return interpolate(interpolate, first, in, out);
        }
        if (operator instanceof Operator.Pad pad) {
            float[] padded = new float[out.elements()];
            for (int y = 0; y < in.height(); y++) {
                for (int x = 0; x < in.width(); x++) {
                    for (int c = 0; c < in.channels(); c++) {
                        padded[at(out, y + pad.top(), x + pad.left(), c)] = first[at(in, y, x, c)];
                    }
                }
            }
            return padded;
        }
        if (operator instanceof Operator.AveragePool pool) {
            return pool(pool.window(), pool.activation(), false, first, in, out);
        }
        if (operator instanceof Operator.MaxPool pool) {
            return pool(pool.window(), pool.activation(), true, first, in, out);
        }
        if (operator instanceof Operator.Mean) {
            return pool(Window.of(in.height(), in.width()), Activation.NONE, false, first, in, out);
        }
        if (operator instanceof Operator.BatchNorm batchNorm) {
            float[] normalized = new float[first.length];
            for (int i = 0; i < normalized.length; i++) {
                Optional<ChannelNormalization> normalization = Optional.of(batchNorm.normalization());
                normalized[i] = finish(first[i], 0, normalization, Activation.NONE, i % in.channels());
            }
            return normalized;
        }
        if (operator instanceof Operator.Activate activate) {
            float[] activated = new float[first.length];
            for (int i = 0; i < activated.length; i++) {
                activated[i] = (float) activate.activation().of(first[i]);
            }
            return activated;
        }
        if (operator instanceof Operator.Elementwise elementwise) {
            float[] result = new float[first.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = (float) elementwise.function().of(first[i]);
            }
            return result;
        }
        if (operator instanceof Prelu prelu) {
            float[] result = new float[first.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = Math.max(0, first[i])
                        + Math.min(0, first[i]) * prelu.slopes().get(i % in.channels());
            }
            return result;
        }
        if (operator instanceof Operator.Softmax softmax) {
            return softmax(softmax.beta(), first, in);
        }
        return first.clone();
    }

    private static float[] pair(
            float[] first,
            float[] second,
            TensorShape in,
            TensorShape other,
            TensorShape out,
            DoubleBinaryOperator of) {
        float[] result = new float[out.elements()];
        for (int y = 0; y < out.height(); y++) {
            for (int x = 0; x < out.width(); x++) {
                for (int c = 0; c < out.channels(); c++) {
                    double one = first[at(in, y % in.height(), x % in.width(), c % in.channels())];
                    double two = second[at(other, y % other.height(), x % other.width(), c % other.channels())];
                    result[at(out, y, x, c)] = (float) of.applyAsDouble(one, two);
                }
            }
        }
        return result;
    }

    private static float[] concatenate(Concatenation operator, Graph graph, Node node, Map<String, float[]> values) {
        TensorShape out = graph.shape(node.output());
        float[] result = new float[out.elements()];
        int offset = 0;
        for (String name : node.inputs()) {
            TensorShape in = graph.shape(name);
            float[] input = Objects.requireNonNull(values.get(name));
            for (int y = 0; y < in.height(); y++) {
                for (int x = 0; x < in.width(); x++) {
                    for (int c = 0; c < in.channels(); c++) {
                        int to = switch (operator.axis()) {
                            case HEIGHT -> at(out, y + offset, x, c);
                            case WIDTH -> at(out, y, x + offset, c);
                            case CHANNEL -> at(out, y, x, c + offset);
                        };
                        result[to] = input[at(in, y, x, c)];
                    }
                }
            }
            offset += operator.axis().extent(in);
        }
        return result;
    }

    private static float[] interpolate(Interpolate operator, float[] first, TensorShape in, TensorShape out) {
        float[] mixed = new float[out.elements()];
        for (int y = 0; y < out.height(); y++) {
            for (int x = 0; x < out.width(); x++) {
                int[] rows = {
                    operator.rows().lower().get(y), operator.rows().upper().get(y)
                };
                int[] columns = {
                    operator.columns().lower().get(x),
                    operator.columns().upper().get(x)
                };
                double down = operator.rows().fractions().get(y);
                double across = operator.columns().fractions().get(x);
                for (int c = 0; c < out.channels(); c++) {
                    double above = (1 - across) * first[at(in, rows[0], columns[0], c)]
                            + across * first[at(in, rows[0], columns[1], c)];
                    double below = (1 - across) * first[at(in, rows[1], columns[0], c)]
                            + across * first[at(in, rows[1], columns[1], c)];
                    mixed[at(out, y, x, c)] = (float) ((1 - down) * above + down * below);
                }
            }
        }
        return mixed;
    }

    private static int at(TensorShape shape, int y, int x, int channel) {
        return (y * shape.width() + x) * shape.channels() + channel;
    }

    private static float finish(
            double sum, double bias, Optional<ChannelNormalization> normalization, Activation activation, int channel) {
        double value = sum + bias;
        if (normalization.isPresent()) {
            value = value * normalization.get().gain().get(channel)
                    + normalization.get().offset().get(channel);
        }
        return (float) activation.of(value);
    }

    private static float[] convolve(Operator.Convolution operator, float[] input, TensorShape in, TensorShape out) {
        Window window = operator.window();
        float[] result = new float[out.elements()];
        for (int y = 0; y < out.height(); y++) {
            for (int x = 0; x < out.width(); x++) {
                for (int o = 0; o < out.channels(); o++) {
                    double sum = 0;
                    for (int ky = 0; ky < window.kernelHeight(); ky++) {
                        for (int kx = 0; kx < window.kernelWidth(); kx++) {
                            int iy = y * window.strideHeight() + ky * window.dilationHeight() - window.padTop();
                            int ix = x * window.strideWidth() + kx * window.dilationWidth() - window.padLeft();
                            if (isInside(in, iy, ix)) {
                                for (int i = 0; i < in.channels(); i++) {
                                    int weight = ((o * window.kernelHeight() + ky) * window.kernelWidth() + kx)
                                                    * in.channels()
                                            + i;
                                    sum += (double) operator.weights().get(weight) * input[at(in, iy, ix, i)];
                                }
                            }
                        }
                    }
                    result[at(out, y, x, o)] =
                            finish(sum, operator.bias().get(o), operator.normalization(), operator.activation(), o);
                }
            }
        }
        return result;
    }

    private static float[] depthwise(Operator.Depthwise operator, float[] input, TensorShape in, TensorShape out) {
        Window window = operator.window();
        int multiplier = out.channels() / in.channels();
        float[] result = new float[out.elements()];
        for (int y = 0; y < out.height(); y++) {
            for (int x = 0; x < out.width(); x++) {
                for (int o = 0; o < out.channels(); o++) {
                    double sum = 0;
                    for (int ky = 0; ky < window.kernelHeight(); ky++) {
                        for (int kx = 0; kx < window.kernelWidth(); kx++) {
                            int iy = y * window.strideHeight() + ky * window.dilationHeight() - window.padTop();
                            int ix = x * window.strideWidth() + kx * window.dilationWidth() - window.padLeft();
                            if (isInside(in, iy, ix)) {
                                int weight = (ky * window.kernelWidth() + kx) * out.channels() + o;
                                sum += (double) operator.weights().get(weight) * input[at(in, iy, ix, o / multiplier)];
                            }
                        }
                    }
                    result[at(out, y, x, o)] =
                            finish(sum, operator.bias().get(o), operator.normalization(), operator.activation(), o);
                }
            }
        }
        return result;
    }

    private static float[] dense(Operator.FullyConnected operator, float[] input) {
        float[] result = new float[operator.outputChannels()];
        for (int o = 0; o < result.length; o++) {
            double sum = 0;
            for (int i = 0; i < input.length; i++) {
                sum += (double) operator.weights().get(o * input.length + i) * input[i];
            }
            result[o] = finish(sum, operator.bias().get(o), operator.normalization(), operator.activation(), o);
        }
        return result;
    }

    private static float[] pool(
            Window window, Activation activation, boolean isMax, float[] input, TensorShape in, TensorShape out) {
        float[] result = new float[out.elements()];
        for (int y = 0; y < out.height(); y++) {
            for (int x = 0; x < out.width(); x++) {
                for (int c = 0; c < out.channels(); c++) {
                    double sum = 0;
                    double max = Double.NEGATIVE_INFINITY;
                    int count = 0;
                    for (int ky = 0; ky < window.kernelHeight(); ky++) {
                        for (int kx = 0; kx < window.kernelWidth(); kx++) {
                            int iy = y * window.strideHeight() + ky * window.dilationHeight() - window.padTop();
                            int ix = x * window.strideWidth() + kx * window.dilationWidth() - window.padLeft();
                            if (isInside(in, iy, ix)) {
                                float value = input[at(in, iy, ix, c)];
                                sum += value;
                                max = Math.max(max, value);
                                count++;
                            }
                        }
                    }
                    result[at(out, y, x, c)] = (float) activation.of(isMax ? max : sum / count);
                }
            }
        }
        return result;
    }

    private static boolean isInside(TensorShape shape, int y, int x) {
        return y >= 0 && y < shape.height() && x >= 0 && x < shape.width();
    }

    private static float[] softmax(double beta, float[] input, TensorShape in) {
        float[] result = new float[input.length];
        for (int pixel = 0; pixel < in.pixels(); pixel++) {
            int start = pixel * in.channels();
            double max = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < in.channels(); c++) {
                max = Math.max(max, input[start + c]);
            }
            double sum = 0;
            for (int c = 0; c < in.channels(); c++) {
                sum += Math.exp(beta * (input[start + c] - max));
            }
            for (int c = 0; c < in.channels(); c++) {
                result[start + c] = (float) (Math.exp(beta * (input[start + c] - max)) / sum);
            }
        }
        return result;
    }

    /** Asserts that two results are the same but for float32 rounding. */
    public static void assertClose(float[] expected, float[] actual, String what) {
        double largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        if (expected.length != actual.length) {
            throw new AssertionError(what + ": " + expected.length + " and " + actual.length + " values");
        }
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - actual[i]) <= 1e-4 * largest)) {
                throw new AssertionError(what + ", value " + i + ": " + List.of(expected[i], actual[i]));
            }
        }
    }
}
