// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.ConcatenationLayer;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.ProductLayer;
import dev.hilda.agent.network.SumLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Layers of several inputs, often with layers before them that make these of a network's last tensor. */
final class RandomBranches {
    private static final List<Axis> AXES = List.of(Axis.values());
    private static final int MAX_PARTS = 4;

    private final RandomLayers layers;
    private final SplittableRandom random;

    RandomBranches(RandomLayers layers, SplittableRandom random) {
        this.layers = layers;
        this.random = random;
    }

    /** Of the last tensor and others of its quantization. */
    void concatenation() {
        Tensor in = layers.last();
        // Mostly where codes do not begin at bytes.
        boolean packed = in.bits() < Byte.SIZE && random.nextInt(4) > 0;
        Axis axis = packed ? Axis.CHANNEL : AXES.get(random.nextInt(AXES.size()));
        int first = lastIndex();
        for (int made = random.nextInt(3); made > 0; made--) {
            beside(first, axis);
        }
        List<Integer> candidates = new ArrayList<>();
        for (int index = 0; index <= lastIndex(); index++) {
            TensorShape shape = tensor(index).shape();
            if (isAlike(tensor(index), in)
                    && axis.with(shape, axis.extent(in.shape())).equals(in.shape())) {
                candidates.add(index);
            }
        }
        List<Integer> inputs = new ArrayList<>(List.of(lastIndex()));
        for (int more = random.nextInt(MAX_PARTS); more > 0; more--) {
            inputs.add(random.nextInt(inputs.size() + 1), candidates.get(random.nextInt(candidates.size())));
        }
        int extent = inputs.stream()
                .mapToInt(input -> axis.extent(tensor(input).shape()))
                .sum();
        layers.alike(axis.with(in.shape(), extent), in);
        layers.add(new ConcatenationLayer(layers.name(), inputs, lastIndex(), axis));
    }

    /** A tensor that differs from another only in its extent along an axis. */
    private void beside(int input, Axis axis) {
        Tensor in = tensor(input);
        if (axis == Axis.CHANNEL) {
            pointwise(input, layers.alike(axis.with(in.shape(), RandomShapes.channels(random)), in));
            return;
        }
        int more = 1 + random.nextInt(RandomLayers.MAX_PAD);
        layers.alike(axis.with(in.shape(), axis.extent(in.shape()) + more), in);
        boolean down = axis == Axis.HEIGHT;
        layers.add(new PadLayer(layers.name(), input, lastIndex(), 0, down ? more : 0, 0, down ? 0 : more));
    }

    void sum(int outputBits) {
        int base = lastIndex();
        int first = random.nextInt(3) == 0 ? operand(base) : base;
        int second = operand(base);
        Tensor one = tensor(first);
        Tensor other = tensor(second);
        Tensor out = layers.tensor(one.shape().broadcast(other.shape()), outputBits);
        double firstRatio = layers.ratio(one, out) * (random.nextInt(4) == 0 ? -1 : 1);
        double secondRatio = layers.ratio(other, out) * (random.nextBoolean() ? -1 : 1);
        for (int shift = random.nextInt(RandomLayers.MAX_ADD_SHIFT + 1); ; shift--) {
            long m1 = Math.round(Math.scalb(firstRatio, shift));
            long m2 = Math.round(Math.scalb(secondRatio, shift));
            long half = shift > 0 ? 1L << (shift - 1) : 0;
            long addend = ((long) out.zeroPoint() << shift) - m1 * one.zeroPoint() - m2 * other.zeroPoint() + half;
            long most = Math.abs(addend)
                    + Math.abs(m1) * RandomLayers.highest(one)
                    + Math.abs(m2) * RandomLayers.highest(other);
            if (most <= RandomLayers.LIMIT) {
                int[] clamps = RandomRequantization.clamps(random, out);
                layers.add(new SumLayer(
                        layers.name(),
                        first,
                        second,
                        lastIndex(),
                        (int) m1,
                        (int) m2,
                        (int) addend,
                        shift,
                        clamps[0],
                        clamps[1]));
                return;
            }
        }
    }

    void product(int outputBits) {
        int base = lastIndex();
        int first = random.nextInt(3) == 0 ? operand(base) : base;
        int second = operand(base);
        Tensor one = tensor(first);
        Tensor other = tensor(second);
        Tensor out = layers.tensor(one.shape().broadcast(other.shape()), outputBits);
        long[] most = {RandomLayers.magnitude(one) * RandomLayers.magnitude(other)};
        RandomRequantization draw = new RandomRequantization(random, most, 1);
        layers.add(new ProductLayer(layers.name(), first, second, lastIndex(), draw.draw(out)));
    }

    /** The tensor itself, or one made of it whose extent is 1 along some axes. */
    private int operand(int base) {
        TensorShape shape = tensor(base).shape();
        boolean high = random.nextBoolean();
        boolean wide = random.nextBoolean();
        Window reduced = Window.of(high ? 1 : shape.height(), wide ? 1 : shape.width());
        int input = base;
        if (reduced.taps() > 1) {
            Tensor in = tensor(base);
            layers.alike(reduced.outputShape(shape, shape.channels()), in);
            layers.add(new MaxPoolLayer(layers.name(), base, lastIndex(), reduced, 0, RandomLayers.highest(in)));
            input = lastIndex();
        }
        if (random.nextInt(3) == 0) {
            Tensor one = layers.tensor(Axis.CHANNEL.with(tensor(input).shape(), 1), RandomNetworks.anyBits(random));
            pointwise(input, one);
            return lastIndex();
        }
        return input;
    }

    /** A convolution of 1×1 that makes the last tensor. */
    private void pointwise(int input, Tensor out) {
        Tensor in = tensor(input);
        int channels = out.shape().channels();
        int products = in.shape().channels();
        WeightCodes weights = layers.weights(8, products * channels, channels);
        RandomRequantization draw =
                new RandomRequantization(random, RandomLayers.sums(weights, products, in), products);
        Ints bias = draw.biases();
        layers.add(new ConvolutionLayer(
                layers.name(), input, lastIndex(), Window.of(1, 1), weights, bias, draw.draw(out)));
    }

    private static boolean isAlike(Tensor one, Tensor other) {
        return one.bits() == other.bits() && one.zeroPoint() == other.zeroPoint() && one.scale() == other.scale();
    }

    private Tensor tensor(int index) {
        return layers.tensors().get(index);
    }

    private int lastIndex() {
        return layers.tensors().size() - 1;
    }
}
