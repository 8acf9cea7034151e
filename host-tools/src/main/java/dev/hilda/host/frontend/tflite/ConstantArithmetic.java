// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.WeightQuantization;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * ADD, SUB, MUL and DIV of a value and a constant per channel: gain·x + offset. Of real numbers half a batch
 * normalization, of codes a depthwise convolution of 1×1, which rounds once as the operator does.
 */
final class ConstantArithmetic {
    /** A weight's code of largest magnitude, so that biases, in steps of the weight, are finest. */
    private static final int HIGHEST_CODE = 255;

    /** Half of what int32 holds: the rest is for the products. */
    private static final int MAX_BIAS = 1 << 30;

    private final OperatorEntry node;
    private final TensorEntry constant;
    private final TensorEntry value;
    private final double[] gain;
    private final double[] offset;

    private ConstantArithmetic(OperatorEntry node, TensorEntry constant, TensorEntry value) {
        this.node = node;
        this.constant = constant;
        this.value = value;
        this.gain = new double[value.activationShape().channels()];
        this.offset = new double[gain.length];
    }

    static OperatorImport of(OperatorEntry node, TensorEntry constant, TensorEntry value) {
        ConstantArithmetic arithmetic = new ConstantArithmetic(node, constant, value);
        arithmetic.fill();
        return arithmetic.operator();
    }

    private void fill() {
        requireChannels();
        double[] given = reals(constant);
        boolean isConstantFirst = constant.is(node.input(0));
        for (int channel = 0; channel < gain.length; channel++) {
            double each = given[given.length == 1 ? 0 : channel];
            switch (node.operator()) {
                case ADD -> set(channel, 1, each);
                case SUB -> set(channel, isConstantFirst ? -1 : 1, isConstantFirst ? each : -each);
                case MUL -> set(channel, each, 0);
                default -> set(channel, reciprocal(each, isConstantFirst), 0);
            }
        }
    }

    private void set(int channel, double factor, double addend) {
        gain[channel] = factor;
        offset[channel] = addend;
    }

    private static double reciprocal(double divisor, boolean isDividend) {
        if (isDividend || divisor == 0) {
            throw new ImportProblem(
                    "a division by constants other than 0",
                    isDividend ? "one of a constant" : "0",
                    "multiply by a constant instead");
        }
        return 1 / divisor;
    }

    private void requireChannels() {
        int channels = gain.length;
        List<Integer> shape = constant.shape();
        int count = constant.constantElements();
        int last = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
        if (count != 1 && (count != channels || last != channels)) {
            throw new ImportProblem(
                    "a constant of 1 or " + channels + " values along the channels",
                    constant.name() + " " + shape,
                    "compute with one constant per channel");
        }
    }

    /** A constant's values, of codes those that they stand for. */
    static double[] reals(TensorEntry constant) {
        int count = constant.constantElements();
        double[] reals = new double[count];
        if (!constant.type().isCode()) {
            float[] floats = WeightImport.floats(constant);
            Arrays.setAll(reals, index -> floats[index]);
            return reals;
        }
        FileQuantization quantization = WeightImport.requireQuantization(constant);
        ImportProblem.requireIntact(!quantization.isPerChannel(), "one scale of a constant", quantization.channels());
        TensorType type = constant.type();
        for (int index = 0; index < count; index++) {
            int code = (constant.constant().get(index) + type.codeOffset()) & 0xFF;
            reals[index] = quantization.scale(0) * (code - quantization.zeroPointCode(0, type));
        }
        return reals;
    }

    private OperatorImport operator() {
        Activation activation = node.activation(Schema.Elementwise.ACTIVATION);
        if (!value.type().isCode()) {
            Operator scaling = new Operator.BatchNorm(new ChannelNormalization(vector(gain), vector(offset)));
            OperatorImport made = new OperatorImport(scaling, List.of(value), Optional.empty());
            return activation == Activation.NONE ? made : made.then(new Operator.Activate(activation));
        }
        Operator scaling = new Operator.Depthwise(
                Window.of(1, 1),
                new FloatTensor(List.of(1, 1, gain.length), vector(gain).toArray()),
                vector(offset),
                Optional.empty(),
                activation);
        return new OperatorImport(scaling, List.of(value), Optional.of(weights()));
    }

    private static FloatTensor vector(double... values) {
        float[] floats = new float[values.length];
        for (int index = 0; index < floats.length; index++) {
            floats[index] = (float) values[index];
        }
        return FloatTensor.vector(floats);
    }

    private WeightQuantization weights() {
        double inputScale = WeightImport.requireQuantization(value).scale(0);
        byte[] codes = new byte[gain.length];
        int[] zeroPoints = new int[gain.length];
        double[] scales = new double[gain.length];
        int[] bias = new int[gain.length];
        for (int channel = 0; channel < gain.length; channel++) {
            codes[channel] = (byte) (gain[channel] > 0 ? HIGHEST_CODE : 0);
            zeroPoints[channel] = gain[channel] < 0 ? HIGHEST_CODE : 0;
            scales[channel] = gain[channel] == 0 ? 1 : Math.abs(gain[channel]) / HIGHEST_CODE;
            double steps = Math.rint(offset[channel] / (inputScale * scales[channel]));
            if (Math.abs(steps) > MAX_BIAS) {
                throw new ImportProblem(
                        "a constant whose steps are like the value's",
                        "addend " + offset[channel] + " to steps of " + inputScale,
                        "export the model as float32");
            }
            bias[channel] = (int) steps;
        }
        return new WeightQuantization(new WeightCodes(8, codes, zeroPoints), scales, Ints.of(bias));
    }
}
