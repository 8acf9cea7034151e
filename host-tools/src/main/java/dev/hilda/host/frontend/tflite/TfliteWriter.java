// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Interpolation;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.Subtract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Writes float graphs as TensorFlow Lite files for any TFLite runtime. Equal graphs give equal bytes. Channel normalization
 * is folded into weights and bias; a convolution's padding that is neither SAME nor VALID becomes a PAD before it. The file
 * names values, not nodes.
 */
public final class TfliteWriter {
    /** Vectors have no height and width in a file, where what slides over a value needs them. */
    private static final int VECTOR_RANK = 2;

    private static final int IMAGE_RANK = 4;

    private final Graph graph;
    private final ModelBuilder file = new ModelBuilder();
    private final Map<String, Value> values = new HashMap<>();
    /** Vectors that have been given a height and width. */
    private final Map<String, Integer> images = new HashMap<>();

    /** A value of the graph as a tensor of the file. */
    private record Value(int tensor, int rank) {}

    private TfliteWriter(Graph graph) {
        this.graph = graph;
    }

    /** Writes a file, or replaces it as a whole. */
    public static void write(Graph graph, String description, Path path) throws IOException {
        Path beside = path.resolveSibling(path.getFileName() + ".part");
        Files.write(beside, bytes(graph, description));
        Files.move(beside, path, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * The content of the file.
     *
     * @throws IllegalArgumentException naming the node, when TFLite has no operator for it: pooling with dilation or with
     *     padding other than SAME or VALID, interpolation between other positions than those in even steps
     */
    public static byte[] bytes(Graph graph, String description) {
        return new TfliteWriter(graph).write(description);
    }

    private byte[] write(String description) {
        List<Integer> inputs = graph.inputs().stream()
                .map(input -> addValue(input, IMAGE_RANK))
                .toList();
        graph.nodes().forEach(this::add);
        return file.finish(
                graph.name(),
                description,
                inputs,
                graph.outputs().stream().map(output -> value(output).tensor()).toList());
    }

    private void add(Node node) {
        node.operator().accept(new Writing(node)).run();
    }

    /** What writes a node, by its operator. */
    private final class Writing implements Operator.Visitor<Runnable>, ElementwiseFunction.Visitor<Runnable> {
        private final Node node;

        Writing(Node node) {
            this.node = node;
        }

        @Override
        public Runnable convolution(Operator.Convolution operator) {
            return () -> addConvolution(node, operator);
        }

        @Override
        public Runnable depthwise(Operator.Depthwise operator) {
            return () -> addDepthwise(node, operator);
        }

        @Override
        public Runnable fullyConnected(Operator.FullyConnected operator) {
            return () -> addFullyConnected(node, operator);
        }

        @Override
        public Runnable add(Operator.Add operator) {
            return () -> addPair(node, BuiltinOperator.ADD, operator.activation());
        }

        @Override
        public Runnable subtract(Subtract operator) {
            return () -> addPair(node, BuiltinOperator.SUB, operator.activation());
        }

        @Override
        public Runnable multiply(Multiply operator) {
            return () -> addPair(node, BuiltinOperator.MUL, operator.activation());
        }

        @Override
        public Runnable concatenation(Concatenation operator) {
            List<Integer> images =
                    node.inputs().stream().map(TfliteWriter.this::image).toList();
            int axis = switch (operator.axis()) {
                case HEIGHT -> 1;
                case WIDTH -> 2;
                case CHANNEL -> 3;
            };
            return () ->
                    addNode(node, BuiltinOperator.CONCATENATION, images, IMAGE_RANK, OptionTables.concatenation(axis));
        }

        @Override
        public Runnable gather(Gather operator) {
            return () -> addGather(node, operator);
        }

        @Override
        public Runnable interpolate(Interpolate operator) {
            return () -> addInterpolate(node, operator);
        }

        @Override
        public Runnable pad(Operator.Pad operator) {
            return () -> {
                int amounts = paddings(node, operator.top(), operator.bottom(), operator.left(), operator.right());
                addNode(node, BuiltinOperator.PAD, List.of(image(node), amounts), IMAGE_RANK, OptionTables.NONE);
            };
        }

        @Override
        public Runnable averagePool(Operator.AveragePool operator) {
            return () -> addPool(node, BuiltinOperator.AVERAGE_POOL_2D, operator.window(), operator.activation());
        }

        @Override
        public Runnable maxPool(Operator.MaxPool operator) {
            return () -> addPool(node, BuiltinOperator.MAX_POOL_2D, operator.window(), operator.activation());
        }

        @Override
        public Runnable mean(Operator.Mean operator) {
            return () -> {
                int axes = file.int32s(node.output() + "/axes", List.of(2), 1, 2);
                addNode(node, BuiltinOperator.MEAN, List.of(image(node), axes), IMAGE_RANK, OptionTables.mean());
            };
        }

        @Override
        public Runnable softmax(Operator.Softmax operator) {
            return () -> addUnary(node, BuiltinOperator.SOFTMAX, OptionTables.softmax(operator.beta()));
        }

        @Override
        public Runnable prelu(Prelu operator) {
            return () -> {
                List<Integer> shape = List.of(1, 1, operator.slopes().size());
                int slopes = file.floats(
                        node.output() + "/slopes", shape, operator.slopes().toArray());
                addNode(node, BuiltinOperator.PRELU, List.of(image(node), slopes), IMAGE_RANK, OptionTables.NONE);
            };
        }

        @Override
        public Runnable batchNorm(Operator.BatchNorm operator) {
            return () -> addBatchNorm(node, operator.normalization());
        }

        @Override
        public Runnable activate(Operator.Activate operator) {
            return switch (operator.activation()) {
                case NONE -> () -> addReshape(node);
                case RELU -> () -> addUnary(node, BuiltinOperator.RELU, OptionTables.NONE);
                case RELU6 -> () -> addUnary(node, BuiltinOperator.RELU6, OptionTables.NONE);
            };
        }

        @Override
        public Runnable elementwise(Operator.Elementwise operator) {
            return operator.function().accept(this);
        }

        @Override
        public Runnable leakyRelu(ElementwiseFunction.LeakyRelu function) {
            return () -> addUnary(node, BuiltinOperator.LEAKY_RELU, OptionTables.leakyRelu(function.slope()));
        }

        @Override
        public Runnable clip(ElementwiseFunction.Clip function) {
            throw notInTflite(function);
        }

        @Override
        public Runnable hardSigmoid(ElementwiseFunction.HardSigmoid function) {
            throw notInTflite(function);
        }

        @Override
        public Runnable bipolar(ElementwiseFunction.Bipolar function) {
            throw notInTflite(function);
        }

        private IllegalArgumentException notInTflite(ElementwiseFunction function) {
            return new IllegalArgumentException(
                    "node " + node.name() + ": TensorFlow Lite has no operator for " + function);
        }

        @Override
        public Runnable fixed(ElementwiseFunction.Fixed function) {
            return switch (function) {
                case LOGISTIC -> () -> addUnary(node, BuiltinOperator.LOGISTIC, OptionTables.NONE);
                case TANH -> () -> addUnary(node, BuiltinOperator.TANH, OptionTables.NONE);
                case HARD_SWISH -> () -> addUnary(node, BuiltinOperator.HARD_SWISH, OptionTables.NONE);
                case RELU_N1_TO_1 -> () -> addUnary(node, BuiltinOperator.RELU_N1_TO_1, OptionTables.NONE);
                case ELU -> () -> addUnary(node, BuiltinOperator.ELU, OptionTables.NONE);
                case ABS -> () -> addUnary(node, BuiltinOperator.ABS, OptionTables.NONE);
                case NEG -> () -> addUnary(node, BuiltinOperator.NEG, OptionTables.NONE);
                case EXP -> () -> addUnary(node, BuiltinOperator.EXP, OptionTables.NONE);
                case SQUARE -> () -> addUnary(node, BuiltinOperator.SQUARE, OptionTables.NONE);
                case GELU -> () -> addUnary(node, BuiltinOperator.GELU, OptionTables.gelu(false));
                case GELU_TANH -> () -> addUnary(node, BuiltinOperator.GELU, OptionTables.gelu(true));
            };
        }

        @Override
        public Runnable reshape(Operator.Reshape operator) {
            return () -> addReshape(node);
        }

        /** It changes nothing in float. */
        @Override
        public Runnable requantize(Operator.Requantize operator) {
            return () -> addReshape(node);
        }
    }

    private void addReshape(Node node) {
        int rank = graph.shape(node.output()).pixels() == 1 ? VECTOR_RANK : IMAGE_RANK;
        int from = input(node).tensor();
        int to = addValue(node.output(), rank);
        reshape(node.output(), from, to, extents(graph.shape(node.output()), rank));
    }

    private void addConvolution(Node node, Operator.Convolution convolution) {
        Sliding sliding = sliding(node, convolution.window());
        List<Integer> inputs = withWeights(
                node, sliding.from(), convolution, convolution.weights().shape());
        addNode(
                node,
                BuiltinOperator.CONV_2D,
                inputs,
                IMAGE_RANK,
                OptionTables.convolution(convolution.window(), sliding.padding(), convolution.activation()));
    }

    private void addDepthwise(Node node, Operator.Depthwise depthwise) {
        Sliding sliding = sliding(node, depthwise.window());
        List<Integer> shape = depthwise.weights().shape();
        List<Integer> inputs =
                withWeights(node, sliding.from(), depthwise, List.of(1, shape.get(0), shape.get(1), shape.get(2)));
        int multiplier =
                depthwise.outputChannels() / graph.shape(node.inputs().get(0)).channels();
        Window window = depthwise.window();
        boolean isDilated = window.dilationHeight() > 1 || window.dilationWidth() > 1;
        file.operator(
                BuiltinOperator.DEPTHWISE_CONV_2D,
                isDilated ? 2 : 1,
                inputs,
                List.of(addValue(node.output(), IMAGE_RANK)),
                OptionTables.depthwise(window, sliding.padding(), multiplier, depthwise.activation()));
    }

    private void addFullyConnected(Node node, Operator.FullyConnected dense) {
        TensorShape shape = graph.shape(node.inputs().get(0));
        Value input = input(node);
        int from = shape.pixels() > 1
                ? reshaped(node.output() + "/flattened", input.tensor(), List.of(1, shape.elements()))
                : input.tensor();
        List<Integer> inputs = withWeights(node, from, dense, dense.weights().shape());
        addNode(
                node,
                BuiltinOperator.FULLY_CONNECTED,
                inputs,
                VECTOR_RANK,
                OptionTables.fullyConnected(dense.activation()));
    }

    private List<Integer> withWeights(Node node, int from, Operator.Weighted operator, List<Integer> shape) {
        Operator.Weighted folded = operator.folded();
        int weights =
                file.floats(node.output() + "/weights", shape, folded.weights().toArray());
        int bias = file.floats(
                node.output() + "/bias", folded.bias().shape(), folded.bias().toArray());
        return List.of(from, weights, bias);
    }

    private void addPair(Node node, BuiltinOperator operator, Activation activation) {
        Value first = value(node.inputs().get(0));
        Value second = value(node.inputs().get(1));
        boolean sameRank = first.rank() == second.rank();
        List<Integer> inputs = sameRank
                ? List.of(first.tensor(), second.tensor())
                : List.of(image(node.inputs().get(0)), image(node.inputs().get(1)));
        int rank = sameRank ? first.rank() : IMAGE_RANK;
        addNode(node, operator, inputs, rank, OptionTables.elementwise(activation));
    }

    /** An axis after the other. */
    private void addGather(Node node, Gather gather) {
        TensorShape input = graph.shape(node.inputs().get(0));
        TensorShape tall = Axis.HEIGHT.with(input, gather.rows().size());
        TensorShape wide = Axis.WIDTH.with(tall, gather.columns().size());
        int rows = file.floatValue(node.output() + "/rows", extents(tall, IMAGE_RANK));
        int columns = file.floatValue(node.output() + "/columns", extents(wide, IMAGE_RANK));
        addGather(image(node), gather.rows(), 1, rows);
        addGather(rows, gather.columns(), 2, columns);
        addGather(columns, gather.channels(), 3, addValue(node.output(), IMAGE_RANK));
    }

    private void addGather(int from, Ints indices, int axis, int to) {
        int constant = file.int32s("indices" + to, List.of(indices.size()), indices.toArray());
        file.operator(BuiltinOperator.GATHER, 1, List.of(from, constant), List.of(to), OptionTables.gather(axis));
    }

    private void addInterpolate(Node node, Interpolate operator) {
        TensorShape from = graph.shape(node.inputs().get(0));
        TensorShape to = graph.shape(node.output());
        for (boolean[] flags : new boolean[][] {{false, false}, {true, false}, {false, true}}) {
            Interpolation rows = Interpolation.even(from.height(), to.height(), flags[0], flags[1]);
            Interpolation columns = Interpolation.even(from.width(), to.width(), flags[0], flags[1]);
            if (operator.equals(new Interpolate(rows, columns))) {
                int size = file.int32s(node.output() + "/size", List.of(2), to.height(), to.width());
                addNode(
                        node,
                        BuiltinOperator.RESIZE_BILINEAR,
                        List.of(image(node), size),
                        IMAGE_RANK,
                        OptionTables.resizeBilinear(flags[0], flags[1]));
                return;
            }
        }
        throw new IllegalArgumentException("node " + node.name() + ": expected positions in even steps, got others");
    }

    private void addPool(Node node, BuiltinOperator operator, Window window, Activation activation) {
        TensorShape input = graph.shape(node.inputs().get(0));
        Optional<Byte> padding = padding(window, input);
        if (padding.isEmpty() || window.dilationHeight() > 1 || window.dilationWidth() > 1) {
            throw new IllegalArgumentException("node " + node.name()
                    + ": expected pooling without dilation and with SAME or VALID padding, got " + window);
        }
        addNode(node, operator, List.of(image(node)), IMAGE_RANK, OptionTables.pool(window, padding.get(), activation));
    }

    private void addBatchNorm(Node node, ChannelNormalization normalization) {
        Value input = input(node);
        List<Integer> shape = normalization.gain().shape();
        int gain =
                file.floats(node.output() + "/gain", shape, normalization.gain().toArray());
        int offset = file.floats(
                node.output() + "/offset", shape, normalization.offset().toArray());
        int scaled = file.floatValue(node.output() + "/scaled", extents(graph.shape(node.output()), input.rank()));
        file.operator(
                BuiltinOperator.MUL,
                1,
                List.of(input.tensor(), gain),
                List.of(scaled),
                OptionTables.elementwise(Activation.NONE));
        addNode(
                node,
                BuiltinOperator.ADD,
                List.of(scaled, offset),
                input.rank(),
                OptionTables.elementwise(Activation.NONE));
    }

    private void addUnary(Node node, BuiltinOperator operator, ToIntFunction<FlatBufferBuilder> options) {
        Value input = input(node);
        addNode(node, operator, List.of(input.tensor()), input.rank(), options);
    }

    private void addNode(
            Node node,
            BuiltinOperator operator,
            List<Integer> inputs,
            int rank,
            ToIntFunction<FlatBufferBuilder> options) {
        file.operator(operator, 1, inputs, List.of(addValue(node.output(), rank)), options);
    }

    /** What a convolution slides over, with the padding that is left to it. */
    private record Sliding(int from, byte padding) {}

    private Sliding sliding(Node node, Window window) {
        TensorShape input = graph.shape(node.inputs().get(0));
        Optional<Byte> padding = padding(window, input);
        if (padding.isPresent()) {
            return new Sliding(image(node), padding.get());
        }
        TensorShape padded = new TensorShape(
                input.height() + window.padTop() + window.padBottom(),
                input.width() + window.padLeft() + window.padRight(),
                input.channels());
        int to = file.floatValue(node.output() + "/padded", extents(padded, IMAGE_RANK));
        int amounts = paddings(node, window.padTop(), window.padBottom(), window.padLeft(), window.padRight());
        file.operator(BuiltinOperator.PAD, 1, List.of(image(node), amounts), List.of(to), OptionTables.NONE);
        return new Sliding(to, Schema.PADDING_VALID);
    }

    /** SAME or VALID; empty when it is neither. */
    private static Optional<Byte> padding(Window window, TensorShape input) {
        if (window.padTop() + window.padBottom() + window.padLeft() + window.padRight() == 0) {
            return Optional.of(Schema.PADDING_VALID);
        }
        return window.hasSamePadding(input) ? Optional.of(Schema.PADDING_SAME) : Optional.empty();
    }

    private int paddings(Node node, int top, int bottom, int left, int right) {
        return file.int32s(node.output() + "/paddings", List.of(IMAGE_RANK, 2), 0, 0, top, bottom, left, right, 0, 0);
    }

    private int addValue(String name, int rank) {
        int tensor = file.floatValue(name, extents(graph.shape(name), rank));
        values.put(name, new Value(tensor, rank));
        return tensor;
    }

    private Value value(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private Value input(Node node) {
        return value(node.inputs().get(0));
    }

    /** The node's first input with height and width. */
    private int image(Node node) {
        return image(node.inputs().get(0));
    }

    private int image(String name) {
        Value value = value(name);
        return value.rank() == IMAGE_RANK
                ? value.tensor()
                : images.computeIfAbsent(
                        name,
                        vector ->
                                reshaped(vector + "/image", value.tensor(), extents(graph.shape(vector), IMAGE_RANK)));
    }

    private int reshaped(String name, int from, List<Integer> extents) {
        int to = file.floatValue(name, extents);
        reshape(name, from, to, extents);
        return to;
    }

    private void reshape(String name, int from, int to, List<Integer> extents) {
        int shape = file.int32s(
                name + "/shape",
                List.of(extents.size()),
                extents.stream().mapToInt(Integer::intValue).toArray());
        file.operator(BuiltinOperator.RESHAPE, 1, List.of(from, shape), List.of(to), OptionTables.reshape(extents));
    }

    private static List<Integer> extents(TensorShape shape, int rank) {
        return rank == VECTOR_RANK
                ? List.of(1, shape.channels())
                : List.of(1, shape.height(), shape.width(), shape.channels());
    }
}
