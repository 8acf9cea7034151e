// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Small graphs of every operator with odd shapes, windows and branches. */
public final class RandomGraphs {
    private static final int MAX_EXTENT = 9;
    private static final int MAX_NODES = 9;

    private final Random random;
    private final boolean isQuantizable;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, TensorShape> shapes = new HashMap<>();
    private final List<String> values = new ArrayList<>();

    private RandomGraphs(Random random, boolean isQuantizable) {
        this.random = random;
        this.isQuantizable = isQuantizable;
    }

    /** A graph of any operators; its pools have SAME or VALID padding, so that TensorFlow Lite knows them. */
    public static Graph of(Random random) {
        return new RandomGraphs(random, false).graph();
    }

    /** A graph without BatchNorm and channel normalization, under quantizations made up at random. */
    public static QuantizedGraph quantized(Random random) {
        Graph graph = new RandomGraphs(random, true).graph();
        Map<String, ActivationQuantization> activations = new HashMap<>();
        for (String value : graph.values()) {
            Rounding rounding = oneOf(random, List.of(Rounding.values()));
            activations.put(value, new ActivationQuantization(8, 0.5 + random.nextInt(2), random.nextInt(2), rounding));
        }
        Map<String, WeightQuantization> weights = new HashMap<>();
        for (Node node : graph.weightedNodes()) {
            Operator.Weighted operator = (Operator.Weighted) node.operator();
            int channels = operator.outputChannels();
            double[] scales = random.doubles(channels, 0.5, 1).toArray();
            byte[] codes = new byte[operator.weights().size()];
            random.nextBytes(codes);
            weights.put(
                    node.name(),
                    new WeightQuantization(
                            new WeightCodes(8, codes, new int[channels]),
                            scales,
                            Ints.of(random.ints(channels, -99, 99).toArray())));
        }
        return new QuantizedGraph(graph, activations, weights);
    }

    /** Values of about 1 for an input. */
    public static float[] input(Random random, TensorShape shape) {
        float[] input = new float[shape.elements()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) (2 * random.nextGaussian());
        }
        return input;
    }

    private Graph graph() {
        add("in", new TensorShape(extent(), extent(), 1 + random.nextInt(5)));
        TensorShape input = shape("in");
        int count = 1 + random.nextInt(MAX_NODES);
        for (int index = 0; index < count; index++) {
            int back = random.nextInt(4) > 0 ? 0 : random.nextInt(values.size());
            String from = values.get(values.size() - 1 - back);
            append("v" + index, from);
        }
        return new Graph("random", "in", input, nodes, values.get(values.size() - 1));
    }

    private int extent() {
        return 1 + random.nextInt(MAX_EXTENT);
    }

    private TensorShape shape(String value) {
        return Objects.requireNonNull(shapes.get(value));
    }

    private void add(String value, TensorShape shape) {
        values.add(value);
        shapes.put(value, shape);
    }

    private void append(String name, String from) {
        TensorShape shape = shape(from);
        List<String> inputs = List.of(from);
        Operator operator;
        switch (random.nextInt(18)) {
            case 0, 1 -> operator = convolution(shape);
            case 2 -> operator = depthwise(shape);
            case 3 -> operator = dense(shape);
            case 4 -> {
                List<String> others = values.stream()
                        .filter(value -> areBroadcast(shape(value), shape))
                        .toList();
                String other = oneOf(random, others);
                inputs = random.nextBoolean() ? List.of(from, other) : List.of(other, from);
                operator = pair();
            }
            case 5 ->
                operator = new Operator.Pad(random.nextInt(3), random.nextInt(3), random.nextInt(3), random.nextInt(3));
            case 6 -> operator = new Operator.AveragePool(poolWindow(shape), activation());
            case 7 -> operator = new Operator.MaxPool(poolWindow(shape), activation());
            case 8 -> operator = new Operator.Mean();
            case 9 ->
                operator = new Operator.Reshape(
                        random.nextBoolean()
                                ? TensorShape.vector(shape.elements())
                                : new TensorShape(
                                        /* height= */ shape.width(), /* width= */ shape.height(), shape.channels()));
            case 10 ->
                operator = isQuantizable
                        ? new Operator.Requantize()
                        : new Operator.BatchNorm(normalization(shape.channels()));
            case 11 -> operator = new Operator.Activate(activation());
            case 12 -> operator = new Operator.Elementwise(function());
            case 13 -> {
                Axis axis = oneOf(random, List.of(Axis.values()));
                operator = new Concatenation(axis);
                List<String> fitting = values.stream()
                        .filter(value ->
                                axis.with(shape(value), axis.extent(shape)).equals(shape))
                        .toList();
                inputs = new ArrayList<>(inputs);
                for (int more = random.nextInt(3); more > 0; more--) {
                    inputs.add(oneOf(random, fitting));
                }
            }
            case 14 ->
                operator = new Gather(indices(shape.height()), indices(shape.width()), indices(shape.channels()));
            case 15 -> {
                boolean alignsCorners = random.nextInt(3) == 0;
                boolean hasHalfPixels = !alignsCorners && random.nextBoolean();
                operator = new Interpolate(
                        Interpolation.even(shape.height(), extent(), alignsCorners, hasHalfPixels),
                        Interpolation.even(shape.width(), extent(), alignsCorners, hasHalfPixels));
            }
            case 16 -> operator = new Prelu(tensor(shape.channels()));
            default ->
                operator = random.nextInt(3) > 0
                        ? new Operator.Activate(Activation.RELU6)
                        : new Operator.Softmax(1 + random.nextInt(2));
        }
        nodes.add(new Node("n" + name, operator, inputs, name));
        add(name, operator.outputShape(inputs.stream().map(shapes::get).toList()));
    }

    private Ints indices(int extent) {
        return random.nextBoolean()
                ? Gather.all(extent)
                : Ints.of(random.ints(1 + random.nextInt(extent + 1), 0, extent).toArray());
    }

    /** A product seldom: values grow beyond float32 where products are multiplied again and again. */
    private Operator pair() {
        boolean multiplies =
                random.nextInt(3) == 0 && nodes.stream().noneMatch(node -> node.operator() instanceof Multiply);
        if (multiplies) {
            return new Multiply(activation());
        }
        return random.nextBoolean() ? new Operator.Add(activation()) : new Subtract(activation());
    }

    private static boolean areBroadcast(TensorShape one, TensorShape other) {
        return Arrays.stream(Axis.values())
                .allMatch(axis ->
                        axis.extent(one) == axis.extent(other) || axis.extent(one) == 1 || axis.extent(other) == 1);
    }

    private ElementwiseFunction function() {
        // Without those that grow beyond float32 one after the other.
        Set<ElementwiseFunction.Fixed> fixed =
                EnumSet.complementOf(EnumSet.of(ElementwiseFunction.Fixed.EXP, ElementwiseFunction.Fixed.SQUARE));
        return random.nextInt(4) == 0
                ? new ElementwiseFunction.LeakyRelu((float) random.nextGaussian())
                : oneOf(random, List.copyOf(fixed));
    }

    private Operator convolution(TensorShape shape) {
        int outputs = 1 + random.nextInt(6);
        Window window = window(shape);
        FloatTensor weights = tensor(outputs, window.kernelHeight(), window.kernelWidth(), shape.channels());
        return new Operator.Convolution(window, weights, tensor(outputs), maybeNormalization(outputs), activation());
    }

    private Operator depthwise(TensorShape shape) {
        int outputs = shape.channels() * (1 + random.nextInt(2));
        Window window = window(shape);
        FloatTensor weights = tensor(window.kernelHeight(), window.kernelWidth(), outputs);
        return new Operator.Depthwise(window, weights, tensor(outputs), maybeNormalization(outputs), activation());
    }

    private Operator dense(TensorShape shape) {
        int outputs = 1 + random.nextInt(6);
        FloatTensor weights = tensor(outputs, shape.elements());
        return new Operator.FullyConnected(weights, tensor(outputs), maybeNormalization(outputs), activation());
    }

    /** SAME, VALID or any padding; kernels no larger than the padded input. */
    private Window window(TensorShape shape) {
        int kernelHeight = 1 + random.nextInt(Math.min(4, shape.height()));
        int kernelWidth = 1 + random.nextInt(Math.min(4, shape.width()));
        int dilation =
                2 * kernelHeight <= shape.height() && 2 * kernelWidth <= shape.width() ? 1 + random.nextInt(2) : 1;
        int stride = 1 + random.nextInt(2);
        if (random.nextInt(3) == 0) {
            return Window.same(kernelHeight, kernelWidth, stride, stride, dilation, dilation, shape);
        }
        boolean isValid = random.nextBoolean();
        int most = isValid ? 1 : 3;
        return new Window(
                kernelHeight,
                kernelWidth,
                stride,
                stride,
                dilation,
                dilation,
                random.nextInt(most),
                random.nextInt(most),
                random.nextInt(most),
                random.nextInt(most));
    }

    private Window poolWindow(TensorShape shape) {
        int kernelHeight = 1 + random.nextInt(Math.min(3, shape.height()));
        int kernelWidth = 1 + random.nextInt(Math.min(3, shape.width()));
        int strideHeight = 1 + random.nextInt(2);
        int strideWidth = 1 + random.nextInt(2);
        return random.nextBoolean()
                ? Window.same(kernelHeight, kernelWidth, strideHeight, strideWidth, 1, 1, shape)
                : new Window(kernelHeight, kernelWidth, strideHeight, strideWidth, 1, 1, 0, 0, 0, 0);
    }

    private static <T> T oneOf(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private Activation activation() {
        return random.nextBoolean() ? Activation.NONE : oneOf(random, List.of(Activation.values()));
    }

    private Optional<ChannelNormalization> maybeNormalization(int channels) {
        return isQuantizable || random.nextInt(3) > 0 ? Optional.empty() : Optional.of(normalization(channels));
    }

    private ChannelNormalization normalization(int channels) {
        FloatTensor gain = tensor(channels);
        if (random.nextInt(3) == 0) {
            float[] ones = new float[channels];
            Arrays.fill(ones, 1);
            gain = FloatTensor.vector(ones);
        }
        return new ChannelNormalization(gain, tensor(channels));
    }

    private FloatTensor tensor(Integer... shape) {
        List<Integer> extents = List.of(shape);
        int size = extents.stream().reduce(1, (a, b) -> a * b);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(Math.max(1, size / shape[0])));
        }
        return new FloatTensor(extents, values);
    }
}
