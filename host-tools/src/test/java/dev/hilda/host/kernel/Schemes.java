// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.ConcatenationLayer;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.GatherLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.InterpolateLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.LookupLayer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.MeanLayer;
import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.network.ProductLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.ReshapeLayer;
import dev.hilda.agent.network.SoftmaxLayer;
import dev.hilda.agent.network.SumLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Kernel schemes of layers that a test describes by what it is about. */
final class Schemes {
    static final Window THREE = new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);
    /** Of nine taps too; with a dilation, it is {@link DepthwiseScheme}'s. */
    static final Window WIDE = new Window(3, 3, 1, 1, 1, 2, 1, 1, 2, 2);

    static final TensorShape PAIRED = new TensorShape(2, 2, 3);

    private Schemes() {}

    /** 3×3 over 4×4×3 to 4×4×2; weights and input up to their highest codes. */
    static KernelScheme convolution(int inputBits, int weightBits, int outputBits, int bias) {
        Requantization requantization = outputBits == 32 ? Requantization.RAW : requantization(2);
        WeightCodes weights = weights(weightBits, 54, 2);
        return scheme(
                tensor(new TensorShape(4, 4, 3), inputBits),
                tensor(new TensorShape(4, 4, 2), outputBits),
                new ConvolutionLayer("c", 0, 1, THREE, weights, Ints.of(bias, 0), requantization));
    }

    static KernelScheme convolution(int bias, Requantization requantization) {
        return scheme(
                tensor(new TensorShape(4, 4, 3), 8),
                tensor(new TensorShape(4, 4, 2), 8),
                new ConvolutionLayer("c", 0, 1, THREE, weights(8, 54, 2), Ints.of(bias, 0), requantization));
    }

    /** 3×3 over 4×4 and wider. */
    static KernelScheme depthwise(int inputBits, int weightBits, int channels) {
        TensorShape shape = new TensorShape(4, 4, channels);
        WeightCodes weights = weights(weightBits, 9 * channels, channels);
        return scheme(
                tensor(shape, inputBits),
                tensor(shape, 8),
                new DepthwiseLayer("d", 0, 1, WIDE, weights, zeros(channels), requantization(channels)));
    }

    static KernelScheme depthwise(int bias) {
        TensorShape shape = new TensorShape(4, 4, 1);
        return scheme(
                tensor(shape, 8),
                tensor(shape, 8),
                new DepthwiseLayer("d", 0, 1, WIDE, weights(8, 9, 1), Ints.of(bias), requantization(1)));
    }

    static KernelScheme add(int inputBits, int outputBits, int multiplier, int addend) {
        TensorShape shape = new TensorShape(1, 16, 3);
        return scheme(
                tensor(shape, inputBits),
                tensor(shape, outputBits),
                new AddLayer("a", 0, 0, 1, multiplier, multiplier, addend, 0, 0, 3));
    }

    static KernelScheme rescale(int inputBits, int outputBits, int multiplier, int addend) {
        TensorShape shape = new TensorShape(1, 16, 3);
        return scheme(
                tensor(shape, inputBits),
                tensor(shape, outputBits),
                new RescaleLayer("r", 0, 1, multiplier, addend, 0, 0, 3));
    }

    static KernelScheme lookup(int inputBits, int outputBits) {
        TensorShape shape = new TensorShape(1, 16, 3);
        return scheme(
                tensor(shape, inputBits),
                tensor(shape, outputBits),
                new LookupLayer("l", 0, 1, Ints.of(new int[1 << inputBits])));
    }

    /** Three channels, the last of them with a slope of its own; zero point 1. */
    static PreluScheme prelu(int inputBits, int outputBits, int multiplier, int last) {
        TensorShape shape = new TensorShape(1, 16, 3);
        Requantization to = new Requantization(Ints.of(0, 0, last), 0, 1, Integer.MAX_VALUE - 63, 0, 3);
        return new PreluScheme(
                new PreluLayer("p", 0, 1, multiplier, to),
                new Tensor("in", shape, inputBits, 1, 1),
                tensor(shape, outputBits));
    }

    static KernelScheme sum(
            int firstBits, int secondBits, int outputBits, int firstMultiplier, int secondMultiplier, int addend) {
        SumLayer layer = new SumLayer("s", 0, 1, 2, firstMultiplier, secondMultiplier, addend, 0, 0, 3);
        return new SumScheme(layer, tensor(PAIRED, firstBits), tensor(PAIRED, secondBits), tensor(PAIRED, outputBits));
    }

    /** With a second operand of 8 bits. */
    static KernelScheme product(Tensor first, int secondZeroPoint, int leftShift, int multiplier) {
        int addend = leftShift == 0 ? Integer.MAX_VALUE - 255 * 25 : 0;
        Requantization to = new Requantization(Ints.of(multiplier), leftShift, 1, addend, 0, 3);
        Tensor second = new Tensor("second", PAIRED, 8, secondZeroPoint, 1);
        return new ProductScheme(new ProductLayer("p", 0, 1, 2, to), first, second, tensor(PAIRED, 4));
    }

    static KernelScheme concatenation(int bits, Axis axis, int firstChannels, int secondChannels) {
        Tensor first = tensor(new TensorShape(2, 2, firstChannels), bits);
        Tensor second = tensor(new TensorShape(2, 2, secondChannels), bits);
        TensorShape output = axis.with(first.shape(), axis.extent(first.shape()) + axis.extent(second.shape()));
        ConcatenationLayer layer = new ConcatenationLayer("c", List.of(0, 1), 2, axis);
        return new ConcatenationScheme(layer, List.of(first, second), tensor(output, bits));
    }

    static KernelScheme gather(int bits, Ints rows, Ints columns, Ints channels) {
        return scheme(
                tensor(new TensorShape(2, 3, 3), bits),
                tensor(new TensorShape(rows.size(), columns.size(), channels.size()), bits),
                new GatherLayer("g", 0, 1, rows, columns, channels));
    }

    static KernelScheme interpolate(int bits, int channels) {
        InterpolateLayer.Positions three =
                new InterpolateLayer.Positions(Ints.of(0, 0, 1), Ints.of(0, 1, 1), Ints.of(0, 512, 0));
        return scheme(
                tensor(new TensorShape(2, 2, channels), bits),
                tensor(new TensorShape(3, 3, channels), bits),
                new InterpolateLayer("i", 0, 1, three, three, 0));
    }

    static KernelScheme averagePool(int bits, Window window, int height, int width) {
        TensorShape input = new TensorShape(height, width, 3);
        return scheme(
                tensor(input, bits),
                tensor(window.outputShape(input, 3), bits),
                new AveragePoolLayer("p", 0, 1, window, 0, 0, 3));
    }

    static KernelScheme mean(int inputBits, int outputBits, Window window, int extent) {
        TensorShape input = new TensorShape(extent, extent, 3);
        return scheme(
                tensor(input, inputBits),
                tensor(window.outputShape(input, 3), outputBits),
                new MeanLayer("m", 0, 1, window, requantization(1)));
    }

    static KernelScheme maxPool(int bits, Window window) {
        TensorShape input = new TensorShape(4, 4, 3);
        return scheme(
                tensor(input, bits),
                tensor(window.outputShape(input, 3), bits),
                new MaxPoolLayer("p", 0, 1, window, 0, 3));
    }

    static KernelScheme pad(int bits) {
        return scheme(
                tensor(new TensorShape(4, 4, 3), bits),
                tensor(new TensorShape(6, 6, 3), bits),
                new PadLayer("p", 0, 1, 1, 1, 1, 1));
    }

    static KernelScheme reshape(int bits, TensorShape output) {
        int channels = output.channels() == 4 ? 4 : 3;
        return scheme(
                tensor(new TensorShape(1, output.elements() / channels, channels), bits),
                tensor(output, bits),
                new ReshapeLayer("r", 0, 1));
    }

    static KernelScheme softmax(int bits, int channels) {
        TensorShape shape = new TensorShape(1, 16, channels);
        List<Integer> table = new ArrayList<>(Collections.nCopies(1 << bits, 0));
        table.set(0, 1 << 20);
        return scheme(
                tensor(shape, bits),
                new Tensor("out", shape, 8, 0, 1.0 / 256),
                new SoftmaxLayer(
                        "s",
                        0,
                        1,
                        Ints.of(table.stream().mapToInt(Integer::intValue).toArray())));
    }

    static KernelScheme scheme(Tensor input, Tensor output, Layer layer) {
        return KernelScheme.of(network(List.of(input, output), layer), layer);
    }

    static IntegerNetwork network(List<Tensor> shapes, Layer... layers) {
        List<Tensor> tensors = new ArrayList<>();
        for (Tensor shape : shapes) {
            tensors.add(new Tensor("t" + tensors.size(), shape.shape(), shape.bits(), 0, shape.scale()));
        }
        return new IntegerNetwork("net", tensors, List.of(layers), 0, tensors.size() - 1);
    }

    static Tensor tensor(TensorShape shape, int bits) {
        return new Tensor("t", shape, bits, 0, 1);
    }

    /** All of the highest code, zero points 0. */
    static WeightCodes weights(int bits, int count, int channels) {
        byte[] codes = new byte[count];
        Arrays.fill(codes, (byte) ((1 << bits) - 1));
        return new WeightCodes(bits, codes, new int[channels]);
    }

    static Ints zeros(int count) {
        return Ints.of(new int[count]);
    }

    static Requantization requantization(int channels) {
        int[] multipliers = new int[channels];
        Arrays.fill(multipliers, 1);
        return new Requantization(Ints.of(multipliers), 0, 1, 1, 0, 3);
    }
}
