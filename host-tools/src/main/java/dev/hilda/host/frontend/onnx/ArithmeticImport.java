// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.Subtract;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/** Add, Sub, Mul, Div and Pow: of two activations, or of one and a constant, which is gain·x + offset. */
final class ArithmeticImport {
    private ArithmeticImport() {}

    static Value add(NodeImport node) {
        return constant(node)
                .map(given -> scaled(node, given, value -> 1, value -> value))
                .orElseGet(() -> pair(node, new Operator.Add(Activation.NONE)));
    }

    static Value subtract(NodeImport node) {
        boolean isFromConstant = node.input(0) instanceof Constant;
        return constant(node)
                .map(given -> isFromConstant
                        ? scaled(node, given, value -> -1, value -> value)
                        : scaled(node, given, value -> 1, value -> -value))
                .orElseGet(() -> pair(node, new Subtract(Activation.NONE)));
    }

    static Value multiply(NodeImport node) {
        return constant(node)
                .map(given -> scaled(node, given, value -> value, value -> 0))
                .orElseGet(() -> pair(node, new Multiply(Activation.NONE)));
    }

    static Value divide(NodeImport node) {
        if (node.input(1) instanceof Constant) {
            return scaled(node, node.reals(1, "divisors"), value -> reciprocal(value), value -> 0);
        }
        throw new ImportProblem("a division by constants", "one by an activation", "multiply, or divide by constants");
    }

    private static double reciprocal(double divisor) {
        if (divisor == 0) {
            throw new ImportProblem("a division by constants other than 0", "0", "multiply by a constant instead");
        }
        return 1 / divisor;
    }

    static Value power(NodeImport node) {
        double exponent = node.constant(1, "exponent").scalar("exponent");
        if (exponent == 1) {
            return node.activations(0);
        }
        if (exponent != 2) {
            throw new ImportProblem("a power of 1 or 2", String.valueOf(exponent), "multiply instead");
        }
        return node.unary(node.activations(0), new Operator.Elementwise(ElementwiseFunction.Fixed.SQUARE));
    }

    private static Optional<Constant> constant(NodeImport node) {
        return node.input(0) instanceof Constant
                ? Optional.of(node.reals(0, "a constant"))
                : node.input(1) instanceof Constant ? Optional.of(node.reals(1, "a constant")) : Optional.empty();
    }

    private static Value scaled(
            NodeImport node, Constant constant, DoubleUnaryOperator gain, DoubleUnaryOperator offset) {
        Activations value = node.activations(node.input(0) instanceof Constant ? 1 : 0);
        ChannelConstants each = ChannelConstants.of(node, value, constant);
        Operator scaling =
                new Operator.BatchNorm(new ChannelNormalization(each.mapped(0, gain), each.mapped(0, offset)));
        return node.add(scaling, List.of(each.value()), value.layout());
    }

    /** PRelu; one slope is that of LeakyRelu, of which integers make a table. */
    static Value prelu(NodeImport node) {
        Activations value = node.activations(0);
        Constant slopes = node.reals(1, "slopes");
        if (slopes.size() == 1) {
            return node.unary(value, new Operator.Elementwise(new ElementwiseFunction.LeakyRelu(slopes.get(0))));
        }
        ChannelConstants each = ChannelConstants.of(node, value, slopes);
        return node.add(new Prelu(each.mapped(0, slope -> slope)), List.of(each.value()), value.layout());
    }

    static Value batchNormalization(NodeImport node) {
        Activations value = node.activations(0);
        if (node.entry().flag("training_mode")) {
            throw new ImportProblem("a model for inference", "training_mode 1", "export the model with model.eval()");
        }
        ChannelNormalization ofFile = ChannelNormalization.of(
                perChannel(node.reals(1, "scales"), value),
                perChannel(node.reals(2, "offsets"), value),
                perChannel(node.reals(3, "means"), value),
                perChannel(node.reals(4, "variances"), value),
                node.entry().real("epsilon", 1e-5));
        ChannelConstants each = ChannelConstants.of(
                node, value, alongChannels(ofFile.gain(), value), alongChannels(ofFile.offset(), value));
        Operator scaling = new Operator.BatchNorm(
                new ChannelNormalization(each.mapped(0, number -> number), each.mapped(1, number -> number)));
        return node.add(scaling, List.of(each.value()), value.layout());
    }

    /** Along the second axis. */
    private static FloatTensor perChannel(Constant given, Activations value) {
        int rank = value.dims().size();
        ImportProblem.requireIntact(
                rank >= 2 && given.size() == value.dims().get(1), value.dims() + "'s channels", given.dims());
        float[] numbers = new float[given.size()];
        for (int channel = 0; channel < numbers.length; channel++) {
            numbers[channel] = (float) given.get(channel);
        }
        return FloatTensor.vector(numbers);
    }

    private static Constant alongChannels(FloatTensor given, Activations value) {
        Integer[] dims = new Integer[value.dims().size() - 1];
        Arrays.fill(dims, 1);
        dims[0] = given.size();
        double[] numbers = new double[given.size()];
        Arrays.setAll(numbers, given::get);
        return new Constant(ElementType.FLOAT, List.of(dims), numbers);
    }

    /** Of two activations, either of them broadcast. */
    private static Value pair(NodeImport node, Operator operator) {
        Activations first = node.activations(0);
        Activations second = node.activations(1);
        List<Integer> dims = Dims.broadcast(first.dims(), second.dims());
        Activations larger = first.dims().equals(dims) ? first : second;
        TensorShape shape = node.draft().shape(larger.value());
        if (!larger.dims().equals(dims)) {
            throw new ImportProblem(
                    "two tensors of which one has the result's shape",
                    first.dims() + " and " + second.dims(),
                    "expand one of them before");
        }
        return node.add(
                operator,
                List.of(operand(node, first, larger, shape), operand(node, second, larger, shape)),
                larger.layout());
    }

    /** An operand by the same axes as the larger one, each in whole or with extent 1. */
    private static String operand(NodeImport node, Activations operand, Activations larger, TensorShape shape) {
        int missing = larger.dims().size() - operand.dims().size();
        Layout layout = operand.layout();
        int height = shape.height();
        int width = shape.width();
        int channels = shape.channels();
        for (int axis = 0; axis < larger.dims().size(); axis++) {
            int own = axis < missing ? 1 : operand.dims().get(axis - missing);
            if (own == 1) {
                for (Layout.Run run : larger.layout().axes().get(axis)) {
                    channels = run.stride() == 1 && run.extent() == shape.channels() ? 1 : channels;
                    width = run.stride() == shape.channels() && run.extent() == shape.width() ? 1 : width;
                    height = run.stride() == shape.channels() * shape.width() && run.extent() == shape.height()
                            ? 1
                            : height;
                    if (run.stride() == shape.channels() && run.extent() == shape.width() * shape.height()) {
                        width = 1;
                        height = 1;
                    }
                }
            }
        }
        TensorShape view = new TensorShape(height, width, channels);
        if (view.elements() != Dims.elements(operand.dims()) || !isNarrowed(larger, layout, missing)) {
            throw new ImportProblem(
                    "two tensors whose axes are in one order",
                    larger.dims() + " and " + operand.dims() + ", one of them transposed or reshaped",
                    "export the model without transpositions between its layers");
        }
        return node.draft().viewed(operand.value(), view);
    }

    /** Whether a layout is another's, without the axes along which it has extent 1. */
    private static boolean isNarrowed(Activations larger, Layout layout, int missing) {
        Layout narrowed = larger.layout();
        for (int axis = 0; axis < larger.dims().size(); axis++) {
            boolean isOne = axis < missing || layout.axes().get(axis - missing).isEmpty();
            if (isOne && !narrowed.axes().get(axis).isEmpty()) {
                narrowed = narrowed.resized(axis, 1);
            }
        }
        return narrowed.axes().subList(missing, narrowed.axes().size()).equals(layout.axes());
    }
}
