// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.ElementwiseFunction.Fixed;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightQuantization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The graph's operators for one of the file's, each reading the one before it.
 *
 * @param before what only gives the input another shape
 * @param after what has the quantization of the file's output, as the operator itself
 * @param inputs the values that are read: constants have become part of the operator
 */
record OperatorImport(
        List<Operator> before,
        Operator operator,
        List<Operator> after,
        List<TensorEntry> inputs,
        Optional<WeightQuantization> weights) {
    private static final int MAX_PADDING = 4096;
    private static final double POOL_SCALE_TOLERANCE = 1e-6;

    OperatorImport {
        before = List.copyOf(before);
        after = List.copyOf(after);
        inputs = List.copyOf(inputs);
    }

    OperatorImport(Operator operator, List<TensorEntry> inputs, Optional<WeightQuantization> weights) {
        this(List.of(), operator, List.of(), inputs, weights);
    }

    /** The same with another operator at the end. */
    OperatorImport then(Operator last) {
        List<Operator> longer = new ArrayList<>(after);
        longer.add(last);
        return new OperatorImport(before, operator, longer, inputs, weights);
    }

    /** The same with another operator before it. */
    OperatorImport startingWith(Operator first) {
        List<Operator> longer = new ArrayList<>(before);
        longer.add(0, first);
        return new OperatorImport(longer, operator, after, inputs, weights);
    }

    /** The operator as a graph has it. */
    static OperatorImport of(OperatorEntry node) {
        return switch (node.operator()) {
            case CONV_2D -> WeightedImport.convolution(node);
            case DEPTHWISE_CONV_2D -> WeightedImport.depthwise(node);
            case FULLY_CONNECTED -> WeightedImport.fullyConnected(node);
            case ADD, DIV, MUL, SUB -> ArithmeticImport.of(node);
            case CONCATENATION -> ConcatenationImport.of(node);
            case PAD -> unary(node, pad(node));
            case PADV2 -> unary(node, padWith(node));
            case AVERAGE_POOL_2D ->
                unary(node, new Operator.AveragePool(poolWindow(node), node.activation(Schema.Pool.ACTIVATION)));
            case MAX_POOL_2D ->
                unary(node, new Operator.MaxPool(poolWindow(node), node.activation(Schema.Pool.ACTIVATION)));
            case MEAN -> MeanImport.of(node);
            case RESHAPE, SQUEEZE, EXPAND_DIMS -> reshape(node);
            case TRANSPOSE -> transpose(node);
            case GATHER,
                    MIRROR_PAD,
                    RESIZE_NEAREST_NEIGHBOR,
                    REVERSE_V2,
                    SLICE,
                    SPLIT,
                    SPLIT_V,
                    STRIDED_SLICE,
                    TILE,
                    UNPACK -> GatherImport.of(node);
            case RESIZE_BILINEAR -> InterpolateImport.of(node);
            case CAST, PACK, REDUCE_PROD, SHAPE ->
                throw new ImportProblem(
                        node.operator() + " only of constants and static shapes",
                        "one of a value made at run time",
                        "export the model without it");
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
            case PRELU -> PreluImport.of(node);
            case QUANTIZE -> unary(node, new Operator.Requantize());
            case BATCH_TO_SPACE_ND, SPACE_TO_BATCH_ND ->
                throw new ImportProblem(
                        "SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND only around one convolution of stride 1",
                        "one that makes it no dilation",
                        "export the model with dilated convolutions");
            case DEQUANTIZE ->
                throw new ImportProblem(
                        "DEQUANTIZE only as the last operator of a quantized model",
                        "one whose result is computed with",
                        "export the model fully quantized, without operators in float");
        };
    }

    static OperatorImport unary(OperatorEntry node, Operator operator) {
        return new OperatorImport(operator, List.of(node.input(0)), Optional.empty());
    }

    private static OperatorImport function(OperatorEntry node, ElementwiseFunction function) {
        return unary(node, new Operator.Elementwise(function));
    }

    static void requireOneGrid(OperatorEntry node) {
        requireOneGrid(node.input(0), node.output());
    }

    /**
     * TensorFlow Lite moves and pools codes and takes no notice of what the output's scale says; its checks for that, which
     * releases leave out, allow the same difference.
     */
    static void requireOneGrid(TensorEntry from, TensorEntry to) {
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
                            + ", to which TensorFlow Lite does not convert",
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
        return WeightedImport.window(node, kernelHeight, kernelWidth, 1, 1);
    }

    private static OperatorImport reshape(OperatorEntry node) {
        return unary(node, new Operator.Reshape(node.output().activationShape()));
    }

    /** One that moves only axes of extent 1 leaves the elements where they are. */
    private static OperatorImport transpose(OperatorEntry node) {
        List<Integer> shape = node.input(0).shape();
        List<Integer> order = ConstantOperator.permutation(node.input(1), shape.size());
        List<Integer> moved =
                order.stream().filter(axis -> shape.get(axis) != 1).toList();
        for (int index = 1; index < moved.size(); index++) {
            if (moved.get(index - 1) > moved.get(index)) {
                throw new ImportProblem(
                        "a transposition that moves only axes of extent 1",
                        "order " + order + " of " + shape,
                        "export the model with channels last throughout");
            }
        }
        return reshape(node);
    }

    private static Operator pad(OperatorEntry node) {
        TensorEntry paddings = node.input(1);
        int rank = node.input(0).shape().size();
        ImportProblem.requireIntact(paddings.constantElements() == 2 * rank, 2 * rank + " paddings", paddings.shape());
        long[] amounts = WeightImport.integers(paddings);
        long[] sides = new long[4];
        for (int axis = 0; axis < rank; axis++) {
            int side = axis - (rank - 3);
            boolean isSpatial = rank >= 3 && axis >= 1 && side <= 1;
            for (int end = 0; end < 2; end++) {
                long amount = amounts[2 * axis + end];
                if (amount < 0 || amount > (isSpatial ? MAX_PADDING : 0)) {
                    throw new ImportProblem(
                            "padding of height and width by 0 to " + MAX_PADDING,
                            Arrays.toString(amounts),
                            "pad only height and width");
                }
                if (isSpatial) {
                    sides[2 * side + end] = amount;
                }
            }
        }
        return new Operator.Pad((int) sides[0], (int) sides[1], (int) sides[2], (int) sides[3]);
    }

    /** Padding with a value: only with the one that stands for 0. */
    private static Operator padWith(OperatorEntry node) {
        TensorEntry value = node.input(2);
        ImportProblem.requireIntact(value.constantElements() == 1, "one value to pad with", value.shape());
        boolean isZero = value.type().isCode()
                ? value.constant().get()
                        == grid(node.input(0)).zeroPoint() - value.type().codeOffset()
                : WeightImport.floats(value)[0] == 0;
        if (!isZero) {
            throw new ImportProblem("padding with 0", "with another value", "pad with 0");
        }
        return pad(node);
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
