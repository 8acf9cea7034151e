// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.ElementwiseFunction.Fixed;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightQuantization;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The graph's operator for one of the file's.
 *
 * @param inputs the values it reads: constants have become part of it
 */
record OperatorImport(Operator operator, List<TensorEntry> inputs, Optional<WeightQuantization> weights) {
    private static final int MAX_PADDING = 4096;
    private static final double POOL_SCALE_TOLERANCE = 1e-6;

    OperatorImport {
        inputs = List.copyOf(inputs);
    }

    /** The operator as a graph has it. */
    static OperatorImport of(OperatorEntry node) {
        return switch (node.operator()) {
            case CONV_2D -> convolution(node);
            case DEPTHWISE_CONV_2D -> depthwise(node);
            case FULLY_CONNECTED -> fullyConnected(node);
            case ADD, MUL -> elementwise(node);
            case PAD -> unary(node, pad(node));
            case AVERAGE_POOL_2D ->
                unary(node, new Operator.AveragePool(poolWindow(node), node.activation(Schema.Pool.ACTIVATION)));
            case MAX_POOL_2D ->
                unary(node, new Operator.MaxPool(poolWindow(node), node.activation(Schema.Pool.ACTIVATION)));
            case MEAN -> unary(node, mean(node));
            case RESHAPE, SQUEEZE ->
                unary(node, new Operator.Reshape(node.output().activationShape()));
            case RELU -> unary(node, new Operator.Activate(Activation.RELU));
            case RELU6 -> unary(node, new Operator.Activate(Activation.RELU6));
            case LEAKY_RELU -> unary(node, leakyRelu(node));
            case LOGISTIC -> function(node, Fixed.LOGISTIC);
            case TANH -> function(node, Fixed.TANH);
            case HARD_SWISH -> function(node, Fixed.HARD_SWISH);
            case RELU_N1_TO_1 -> function(node, Fixed.RELU_N1_TO_1);
            case ELU -> function(node, Fixed.ELU);
            case ABS -> function(node, Fixed.ABS);
            case NEG -> function(node, Fixed.NEG);
            case EXP -> function(node, Fixed.EXP);
            case SQUARE -> function(node, Fixed.SQUARE);
            case GELU -> function(node, node.optionByte(Schema.Gelu.APPROXIMATE) == 0 ? Fixed.GELU : Fixed.GELU_TANH);
            case SOFTMAX -> unary(node, softmax(node));
            case QUANTIZE -> unary(node, new Operator.Requantize());
            case DEQUANTIZE ->
                throw new ImportProblem(
                        "DEQUANTIZE only as the last operator of a quantized model",
                        "one whose result is computed with",
                        "export the model fully quantized, without operators in float");
        };
    }

    private static OperatorImport unary(OperatorEntry node, Operator operator) {
        return new OperatorImport(operator, List.of(node.input(0)), Optional.empty());
    }

    private static OperatorImport function(OperatorEntry node, ElementwiseFunction function) {
        return unary(node, new Operator.Elementwise(function));
    }

    private static OperatorImport convolution(OperatorEntry node) {
        List<Integer> shape = weightShape(node, 4);
        int channels = node.input(0).activationShape().channels();
        if (shape.get(3) != channels) {
            throw new ImportProblem(
                    "weights of " + channels + " input channels",
                    shape + " (a grouped convolution)",
                    "use a depthwise or an ordinary convolution");
        }
        int outputs = shape.get(0);
        WeightImport weights = WeightImport.of(
                node, new WeightImport.Layout(shape, 0, outputs, shape.get(1) * shape.get(2) * shape.get(3)));
        Window window = window(
                node,
                shape.get(1),
                shape.get(2),
                node.optionExtent(Schema.Convolution.DILATION_HEIGHT, 1),
                node.optionExtent(Schema.Convolution.DILATION_WIDTH, 1));
        return new OperatorImport(
                new Operator.Convolution(
                        window,
                        weights.weights(),
                        weights.bias(),
                        Optional.empty(),
                        node.activation(Schema.Convolution.ACTIVATION)),
                List.of(node.input(0)),
                weights.quantized());
    }

    private static OperatorImport depthwise(OperatorEntry node) {
        List<Integer> shape = weightShape(node, 4);
        ImportProblem.requireIntact(shape.get(0) == 1, "depthwise weights 1,KH,KW,O", shape);
        int outputs = shape.get(3);
        WeightImport weights = WeightImport.of(node, new WeightImport.Layout(shape.subList(1, 4), 3, outputs, 1));
        Window window = window(
                node,
                shape.get(1),
                shape.get(2),
                node.optionExtent(Schema.Depthwise.DILATION_HEIGHT, 1),
                node.optionExtent(Schema.Depthwise.DILATION_WIDTH, 1));
        return new OperatorImport(
                new Operator.Depthwise(
                        window,
                        weights.weights(),
                        weights.bias(),
                        Optional.empty(),
                        node.activation(Schema.Depthwise.ACTIVATION)),
                List.of(node.input(0)),
                weights.quantized());
    }

    private static OperatorImport fullyConnected(OperatorEntry node) {
        if (node.optionByte(Schema.FullyConnected.WEIGHTS_FORMAT) != 0) {
            throw new ImportProblem(
                    "weights in the default order", "shuffled weights", "export the model for a plain CPU");
        }
        List<Integer> shape = weightShape(node, 2);
        WeightImport weights = WeightImport.of(node, new WeightImport.Layout(shape, 0, shape.get(0), shape.get(1)));
        return new OperatorImport(
                new Operator.FullyConnected(
                        weights.weights(),
                        weights.bias(),
                        Optional.empty(),
                        node.activation(Schema.FullyConnected.ACTIVATION)),
                List.of(node.input(0)),
                weights.quantized());
    }

    private static List<Integer> weightShape(OperatorEntry node, int rank) {
        TensorEntry weights = node.input(1);
        weights.constantElements();
        ImportProblem.requireIntact(
                weights.shape().size() == rank, "weights " + weights.name() + " of rank " + rank, weights.shape());
        return weights.shape();
    }

    /** Options of all sliding operators begin with padding, stride width and stride height. */
    private static Window window(
            OperatorEntry node, int kernelHeight, int kernelWidth, int dilationHeight, int dilationWidth) {
        int strideWidth = node.optionExtent(Schema.Convolution.STRIDE_WIDTH, 0);
        int strideHeight = node.optionExtent(Schema.Convolution.STRIDE_HEIGHT, 0);
        byte padding = node.optionByte(Schema.Convolution.PADDING);
        ImportProblem.requireIntact(
                padding == Schema.PADDING_SAME || padding == Schema.PADDING_VALID, "padding SAME or VALID", padding);
        if (padding == Schema.PADDING_SAME) {
            TensorShape input = node.input(0).activationShape();
            return Window.same(
                    kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, input);
        }
        return new Window(
                kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, 0, 0, 0, 0);
    }

    /**
     * TensorFlow Lite pools codes and takes no notice of what the output's scale says; its checks for that, which releases
     * leave out, allow the same difference.
     */
    private static void requireOneGrid(OperatorEntry node) {
        TensorEntry from = node.input(0);
        TensorEntry to = node.output();
        if (!from.type().isCode() || !to.type().isCode()) {
            return;
        }
        ActivationQuantization given = grid(from);
        ActivationQuantization claimed = grid(to);
        boolean same = Math.abs(given.scale() - claimed.scale()) <= POOL_SCALE_TOLERANCE
                && given.zeroPoint() == claimed.zeroPoint();
        if (!same) {
            throw new ImportProblem(
                    "an output of the input's scale " + given.scale() + " and zero point "
                            + (given.zeroPoint() - from.type().codeOffset()),
                    "scale " + claimed.scale() + " and zero point "
                            + (claimed.zeroPoint() - to.type().codeOffset())
                            + ", to which TensorFlow Lite's pooling does not convert",
                    "export the model again with TensorFlow's converter");
        }
    }

    private static ActivationQuantization grid(TensorEntry tensor) {
        return WeightImport.requireQuantization(tensor).activation(tensor.type(), Rounding.HALF_UP);
    }

    private static Window poolWindow(OperatorEntry node) {
        requireOneGrid(node);
        int kernelHeight = node.optionExtent(Schema.Pool.FILTER_HEIGHT, 0);
        int kernelWidth = node.optionExtent(Schema.Pool.FILTER_WIDTH, 0);
        return window(node, kernelHeight, kernelWidth, 1, 1);
    }

    /** Two activations are added; a constant vector is one half of a batch normalization. */
    private static OperatorImport elementwise(OperatorEntry node) {
        boolean multiplies = node.operator() == BuiltinOperator.MUL;
        Activation activation = node.activation(Schema.Elementwise.ACTIVATION);
        TensorEntry first = node.input(0);
        TensorEntry second = node.input(1);
        if (!first.isConstant() && !second.isConstant() && !multiplies) {
            return new OperatorImport(new Operator.Add(activation), List.of(first, second), Optional.empty());
        }
        TensorEntry constant = first.isConstant() ? first : second;
        TensorEntry value = first.isConstant() ? second : first;
        boolean isChannelwise = constant.isConstant()
                && !value.isConstant()
                && constant.type() == TensorType.FLOAT32
                && activation == Activation.NONE;
        if (!isChannelwise) {
            throw new ImportProblem(
                    multiplies
                            ? "a float32 factor per channel and no fused activation"
                            : "two activations, or a float32 constant per channel and no fused activation",
                    first.type() + " " + first.shape() + " and " + second.type() + " " + second.shape(),
                    "export the model with batch normalization folded into its convolutions");
        }
        return new OperatorImport(
                new Operator.BatchNorm(normalization(constant, value, multiplies)), List.of(value), Optional.empty());
    }

    private static ChannelNormalization normalization(TensorEntry constant, TensorEntry value, boolean multiplies) {
        int channels = value.activationShape().channels();
        float[] given = WeightImport.floats(constant);
        int last = constant.shape().isEmpty()
                ? 1
                : constant.shape().get(constant.shape().size() - 1);
        ImportProblem.requireIntact(
                given.length == 1 || (given.length == channels && last == channels),
                "a constant of 1 or " + channels + " values along the channels",
                constant.name() + " " + constant.shape());
        float[] perChannel = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            perChannel[channel] = given[given.length == 1 ? 0 : channel];
        }
        float[] neutral = new float[channels];
        Arrays.fill(neutral, multiplies ? 0 : 1);
        FloatTensor constants = FloatTensor.vector(perChannel);
        FloatTensor rest = FloatTensor.vector(neutral);
        return multiplies ? new ChannelNormalization(constants, rest) : new ChannelNormalization(rest, constants);
    }

    private static Operator pad(OperatorEntry node) {
        TensorEntry paddings = node.input(1);
        int rank = node.input(0).shape().size();
        ImportProblem.requireIntact(paddings.constantElements() == 2 * rank, 2 * rank + " paddings", paddings.shape());
        long[] amounts = WeightImport.integers(paddings);
        long[] sides = new long[4];
        for (int axis = 0; axis < rank; axis++) {
            boolean isSpatial = rank == 4 && (axis == 1 || axis == 2);
            for (int end = 0; end < 2; end++) {
                long amount = amounts[2 * axis + end];
                if (amount < 0 || amount > (isSpatial ? MAX_PADDING : 0)) {
                    throw new ImportProblem(
                            "padding of height and width by 0 to " + MAX_PADDING,
                            Arrays.toString(amounts),
                            "pad only height and width");
                }
                if (isSpatial) {
                    sides[2 * (axis - 1) + end] = amount;
                }
            }
        }
        return new Operator.Pad((int) sides[0], (int) sides[1], (int) sides[2], (int) sides[3]);
    }

    private static Operator mean(OperatorEntry node) {
        TensorEntry input = node.input(0);
        Set<Long> axes = new TreeSet<>();
        int rank = input.shape().size();
        ImportProblem.requireIntact(
                node.input(1).constantElements() <= rank,
                "at most " + rank + " axes",
                node.input(1).shape());
        for (long axis : WeightImport.integers(node.input(1))) {
            axes.add(axis < 0 ? axis + rank : axis);
        }
        if (rank != 4 || !axes.equals(Set.of(1L, 2L))) {
            throw new ImportProblem(
                    "the mean over height and width (axes 1 and 2 of 4)",
                    "axes " + axes + " of " + rank,
                    "use global average pooling");
        }
        return new Operator.Mean();
    }

    private static Operator leakyRelu(OperatorEntry node) {
        float slope = node.optionFloat(Schema.LeakyRelu.ALPHA, 0);
        ImportProblem.requireIntact(Float.isFinite(slope), "a finite alpha", slope);
        return new Operator.Elementwise(new ElementwiseFunction.LeakyRelu(slope));
    }

    private static Operator softmax(OperatorEntry node) {
        float beta = node.optionFloat(Schema.Softmax.BETA, 0);
        ImportProblem.requireIntact(beta > 0 && Float.isFinite(beta), "a positive beta", beta);
        return new Operator.Softmax(beta);
    }
}
