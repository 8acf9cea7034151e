// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.WeightQuantization;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Weights and bias of one operator out of its constants.
 *
 * @param quantized empty in a float file
 */
record WeightImport(FloatTensor weights, FloatTensor bias, Optional<WeightQuantization> quantized) {
    /** TFLite's own tolerance of a bias scale, in steps of the output (kernel_util.cc, PopulateConvolutionQuantizationParams). */
    private static final double BIAS_SCALE_TOLERANCE = 0.02;

    /** In place of an index: no weight. */
    static final int ZERO = -1;

    /**
     * How the constant is laid out.
     *
     * @param shape of the weights in the graph, of as many elements as the constant
     * @param channelAxis of the output channels, in the constant
     * @param channels how many there are
     * @param channelRun how many consecutive elements share their output channel
     */
    record Layout(List<Integer> shape, int channelAxis, int channels, int channelRun) {
        Layout {
            shape = List.copyOf(shape);
        }

        int channel(int index) {
            return index / channelRun % channels;
        }
    }

    static WeightImport of(OperatorEntry node, Layout layout) {
        TensorEntry weights = node.input(1);
        Optional<TensorEntry> bias = node.optionalInput(2);
        bias.ifPresent(given -> requireBias(given, layout.channels()));
        return switch (weights.type()) {
            case FLOAT32 ->
                new WeightImport(
                        new FloatTensor(layout.shape(), floats(weights)),
                        bias.map(given -> FloatTensor.vector(floats(given)))
                                .orElseGet(() -> FloatTensor.vector(new float[layout.channels()])),
                        Optional.empty());
            case INT8, UINT8 -> ofCodes(node, layout, weights, bias);
            default ->
                throw new ImportProblem(
                        "weights of float32, int8 or uint8",
                        weights.type() + " weights " + weights.name(),
                        "export the model as float32 or fully quantized to 8 bits");
        };
    }

    /**
     * The same weights in another order.
     *
     * @param source index of the weight here for one there; {@link #ZERO} for one that is not here
     * @param channel output channel of a weight there
     */
    WeightImport rearranged(List<Integer> shape, IntUnaryOperator source, IntUnaryOperator channel) {
        int count = shape.stream().reduce(1, Math::multiplyExact);
        float[] reals = new float[count];
        for (int index = 0; index < count; index++) {
            int from = source.applyAsInt(index);
            reals[index] = from == ZERO ? 0 : weights.get(from);
        }
        return new WeightImport(
                new FloatTensor(shape, reals), bias, quantized.map(given -> rearranged(given, count, source, channel)));
    }

    private static WeightQuantization rearranged(
            WeightQuantization given, int count, IntUnaryOperator source, IntUnaryOperator channel) {
        WeightCodes codes = given.codes();
        byte[] arranged = new byte[count];
        for (int index = 0; index < count; index++) {
            int from = source.applyAsInt(index);
            arranged[index] = (byte) (from == ZERO ? codes.zeroPoint(channel.applyAsInt(index)) : codes.code(from));
        }
        double[] scales = new double[codes.outputChannels()];
        Arrays.setAll(scales, given::scale);
        return new WeightQuantization(
                new WeightCodes(codes.bits(), arranged, codes.zeroPoints()), scales, given.bias());
    }

    private static void requireBias(TensorEntry bias, int channels) {
        ImportProblem.requireIntact(
                bias.constantElements() == channels, channels + " biases", bias.name() + " " + bias.shape());
    }

    private static WeightImport ofCodes(
            OperatorEntry node, Layout layout, TensorEntry weights, Optional<TensorEntry> bias) {
        FileQuantization quantization = requireQuantization(weights);
        int channels = layout.channels();
        if (quantization.isPerChannel()
                && (quantization.channels() != channels || quantization.dimension() != layout.channelAxis())) {
            throw new ImportProblem(
                    channels + " weight scales along axis " + layout.channelAxis(),
                    quantization.channels() + " along axis " + quantization.dimension(),
                    "quantize the weights per output channel or per tensor");
        }
        double[] scales = new double[channels];
        int[] zeroPoints = new int[channels];
        for (int channel = 0; channel < channels; channel++) {
            scales[channel] = quantization.scale(channel);
            zeroPoints[channel] = quantization.zeroPointCode(channel, weights.type());
        }
        byte[] codes = codes(weights);
        float[] reals = new float[codes.length];
        for (int index = 0; index < codes.length; index++) {
            int channel = layout.channel(index);
            reals[index] = (float) (scales[channel] * (Byte.toUnsignedInt(codes[index]) - zeroPoints[channel]));
        }
        int[] biases = bias.map(WeightImport::int32s).orElseGet(() -> new int[channels]);
        float[] realBiases = realBiases(node, scales, biases);
        bias.ifPresent(given -> requireBiasScale(node, given, scales));
        return new WeightImport(
                new FloatTensor(layout.shape(), reals),
                FloatTensor.vector(realBiases),
                Optional.of(new WeightQuantization(new WeightCodes(8, codes, zeroPoints), scales, Ints.of(biases))));
    }

    private static float[] realBiases(OperatorEntry node, double[] scales, int[] biases) {
        double inputScale = requireQuantization(node.input(0)).scale(0);
        float[] reals = new float[biases.length];
        for (int channel = 0; channel < reals.length; channel++) {
            reals[channel] = (float) (inputScale * scales[channel] * biases[channel]);
        }
        return reals;
    }

    private static void requireBiasScale(OperatorEntry node, TensorEntry bias, double[] scales) {
        if (bias.quantization().isEmpty()) {
            return;
        }
        FileQuantization given = bias.quantization().get();
        ImportProblem.requireIntact(
                given.channels() == 1 || given.channels() == scales.length,
                "1 or " + scales.length + " bias scales",
                given.channels());
        double inputScale = requireQuantization(node.input(0)).scale(0);
        double outputScale = requireQuantization(node.output()).scale(0);
        for (int channel = 0; channel < scales.length; channel++) {
            double expected = inputScale * scales[channel];
            double actual = given.scale(channel);
            if (!(Math.abs(expected - actual) / outputScale <= BIAS_SCALE_TOLERANCE)) {
                throw new ImportProblem(
                        "a bias scale of input scale × weight scale = " + expected + " in channel " + channel,
                        String.valueOf(actual),
                        "export the model again with TensorFlow's converter");
            }
        }
    }

    static FileQuantization requireQuantization(TensorEntry tensor) {
        return tensor.quantization()
                .orElseThrow(() -> new ImportProblem(
                        "a scale and zero point of tensor " + tensor.name(),
                        "none",
                        "export the model as float32 or fully quantized"));
    }

    private static byte[] codes(TensorEntry tensor) {
        byte[] codes = new byte[tensor.constantElements()];
        tensor.constant().get(codes);
        for (int index = 0; index < codes.length; index++) {
            codes[index] = (byte) (codes[index] + tensor.type().codeOffset());
        }
        return codes;
    }

    /** Values of a float32 constant. */
    static float[] floats(TensorEntry tensor) {
        requireType(tensor, TensorType.FLOAT32);
        float[] values = new float[tensor.constantElements()];
        tensor.constant().asFloatBuffer().get(values);
        return values;
    }

    /** Values of an int32 constant. */
    static int[] int32s(TensorEntry tensor) {
        requireType(tensor, TensorType.INT32);
        int[] values = new int[tensor.constantElements()];
        tensor.constant().asIntBuffer().get(values);
        return values;
    }

    /** Values of a constant of int32 or int64: axes and paddings. */
    static long[] integers(TensorEntry tensor) {
        long[] values = new long[tensor.constantElements()];
        ByteBuffer bytes = tensor.constant();
        for (int index = 0; index < values.length; index++) {
            values[index] = switch (tensor.type()) {
                case INT32 -> bytes.getInt();
                case INT64 -> bytes.getLong();
                default -> throw wrongType(tensor, "int32 or int64");
            };
        }
        return values;
    }

    private static void requireType(TensorEntry tensor, TensorType type) {
        if (tensor.type() != type) {
            throw wrongType(tensor, type.toString());
        }
    }

    private static ImportProblem wrongType(TensorEntry tensor, String expected) {
        return new ImportProblem(
                "constant " + tensor.name() + " of " + expected,
                tensor.type().toString(),
                "export the model as float32 or fully quantized to 8 bits");
    }
}
