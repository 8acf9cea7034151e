// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.LookupLayer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.MeanLayer;
import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.ReshapeLayer;
import dev.hilda.agent.network.SoftmaxLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A network that grows by one layer of random parameters at a time. */
final class RandomLayers {
    static final long LIMIT = Integer.MAX_VALUE;
    private static final int MAX_KERNEL = 5;
    private static final int MAX_POOL = 4;
    static final int MAX_PAD = 3;
    static final int MAX_ADD_SHIFT = 24;

    /** Beyond it, a chain stays cheap by fewer channels. */
    static final int MAX_OUTPUT_ELEMENTS = 20_000;

    private final SplittableRandom random;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();

    RandomLayers(SplittableRandom random, TensorShape input, int bits) {
        this.random = random;
        tensor(input, bits);
    }

    List<Tensor> tensors() {
        return List.copyOf(tensors);
    }

    /** Of a layer that writes the last tensor. */
    void add(Layer layer) {
        layers.add(layer);
    }

    IntegerNetwork network(String name) {
        return new IntegerNetwork(name, tensors, layers, 0, tensors.size() - 1);
    }

    /** Appends a layer that reads the last tensor. */
    void append(RandomNetworks.Operator operator, int weightBits, int outputBits) {
        int codeBits = outputBits == Tensor.INT32_BITS ? RandomNetworks.anyBits(random) : outputBits;
        switch (operator) {
            case CONVOLUTION -> convolution(false, weightBits, outputBits, false);
            case CONVOLUTION_THRESHOLDS -> convolution(random.nextInt(4) == 0, weightBits, codeBits, true);
            case FULLY_CONNECTED -> convolution(true, weightBits, outputBits, false);
            case DEPTHWISE -> depthwise(weightBits, outputBits, false);
            case DEPTHWISE_THRESHOLDS -> depthwise(weightBits, codeBits, true);
            case ADD -> add(codeBits);
            case SUM -> new RandomBranches(this, random).sum(codeBits);
            case PRODUCT -> new RandomBranches(this, random).product(codeBits);
            case CONCATENATION -> new RandomBranches(this, random).concatenation();
            case GATHER -> new RandomGathers(this, random).gather();
            case INTERPOLATE -> new RandomGathers(this, random).interpolate();
            case RESCALE -> rescale(codeBits);
            case LOOKUP -> lookup(codeBits);
            case AVERAGE_POOL -> pool(true);
            case MEAN -> mean(codeBits);
            case MAX_POOL -> pool(false);
            case PAD -> pad();
            case RESHAPE -> reshape();
            case SOFTMAX -> softmax();
            case PRELU -> prelu(codeBits);
        }
    }

    private void convolution(boolean full, int weightBits, int outputBits, boolean thresholds) {
        Tensor in = last();
        TensorShape shape = in.shape();
        Window window =
                full ? Window.of(shape.height(), shape.width()) : RandomShapes.window(random, shape, MAX_KERNEL);
        int pixels = window.outputShape(shape, 1).pixels();
        boolean many = weightBits == 2 && random.nextInt(3) == 0;
        int drawn = many ? RandomShapes.manyChannels(random) : RandomShapes.channels(random);
        int channels = Math.min(drawn, Math.max(1, MAX_OUTPUT_ELEMENTS / pixels));
        int products = window.taps() * shape.channels();
        WeightCodes weights = weights(weightBits, products * channels, channels);
        long[] sums = sums(weights, products, in);
        int input = tensors.size() - 1;
        Tensor out = tensor(window.outputShape(shape, channels), outputBits);
        RandomRequantization draw = new RandomRequantization(random, sums, products);
        Ints bias = thresholds ? Ints.of() : draw.biases();
        Requantization to = thresholds ? draw.thresholds(out) : draw.draw(out);
        layers.add(new ConvolutionLayer(name(), input, input + 1, window, weights, bias, to));
    }

    /** Largest magnitude that a convolution's sums of products can have, by channel. */
    static long[] sums(WeightCodes weights, int products, Tensor in) {
        long[] sums = new long[weights.outputChannels()];
        for (int i = 0; i < weights.count(); i++) {
            int channel = i / products;
            sums[channel] += Math.abs(weights.code(i) - weights.zeroPoint(channel)) * magnitude(in);
        }
        return sums;
    }

    private void depthwise(int weightBits, int outputBits, boolean thresholds) {
        Tensor in = last();
        TensorShape shape = in.shape();
        Window window = random.nextBoolean()
                ? RandomShapes.threeByThree(random, shape)
                : RandomShapes.window(random, shape, MAX_KERNEL);
        int channels = shape.channels() * (random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(3));
        WeightCodes weights = weights(weightBits, window.taps() * channels, channels);
        long[] sums = new long[channels];
        for (int i = 0; i < weights.count(); i++) {
            int channel = i % channels;
            sums[channel] += Math.abs(weights.code(i) - weights.zeroPoint(channel)) * magnitude(in);
        }
        int input = tensors.size() - 1;
        Tensor out = tensor(window.outputShape(shape, channels), outputBits);
        RandomRequantization draw = new RandomRequantization(random, sums, window.taps());
        Ints bias = thresholds ? Ints.of() : draw.biases();
        Requantization to = thresholds ? draw.thresholds(out) : draw.draw(out);
        layers.add(new DepthwiseLayer(name(), input, input + 1, window, weights, bias, to));
    }

    private void add(int outputBits) {
        int first = tensors.size() - 1;
        List<Integer> candidates = new ArrayList<>();
        for (int i = 0; i <= first; i++) {
            if (tensors.get(i).shape().equals(last().shape())) {
                candidates.add(i);
            }
        }
        int second = candidates.get(random.nextInt(candidates.size()));
        Tensor in = last();
        Tensor other = tensors.get(second);
        Tensor out = tensor(in.shape(), outputBits);
        boolean halfUp = random.nextBoolean();
        double firstRatio = ratio(in, out);
        double secondRatio = ratio(other, out);
        for (int shift = random.nextInt(MAX_ADD_SHIFT + 1); ; shift--) {
            long half = halfUp && shift > 0 ? 1L << (shift - 1) : 0;
            long m1 = Math.round(Math.scalb(firstRatio, shift));
            long m2 = Math.round(Math.scalb(secondRatio, shift));
            long addend = ((long) out.zeroPoint() << shift) - m1 * in.zeroPoint() - m2 * other.zeroPoint() + half;
            long most = Math.abs(addend) + m1 * highest(in) + m2 * highest(other);
            if (most <= LIMIT) {
                int[] clamps = RandomRequantization.clamps(random, out);
                layers.add(new AddLayer(
                        name(),
                        first,
                        second,
                        first + 1,
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

    private void rescale(int outputBits) {
        Tensor in = last();
        int input = tensors.size() - 1;
        Tensor out = tensor(in.shape(), outputBits);
        boolean halfUp = random.nextBoolean();
        double ratio = ratio(in, out);
        for (int shift = random.nextInt(MAX_ADD_SHIFT + 1); ; shift--) {
            long half = halfUp && shift > 0 ? 1L << (shift - 1) : 0;
            long multiplier = Math.round(Math.scalb(ratio, shift));
            long addend = ((long) out.zeroPoint() << shift) - multiplier * in.zeroPoint() + half;
            if (Math.abs(addend) + multiplier * highest(in) <= LIMIT) {
                int[] clamps = RandomRequantization.clamps(random, out);
                layers.add(new RescaleLayer(
                        name(), input, input + 1, (int) multiplier, (int) addend, shift, clamps[0], clamps[1]));
                return;
            }
        }
    }

    private void lookup(int outputBits) {
        Tensor in = last();
        int input = tensors.size() - 1;
        Tensor out = tensor(in.shape(), outputBits);
        int[] codes = new int[highest(in) + 1];
        Arrays.setAll(codes, code -> random.nextInt(highest(out) + 1));
        layers.add(new LookupLayer(name(), input, input + 1, Ints.of(codes)));
    }

    /** Real multiplier that spreads the input's codes over 1/4 to 2 times the output's. */
    double ratio(Tensor in, Tensor out) {
        return highest(out) / (double) highest(in) * (0.25 + 1.75 * random.nextDouble());
    }

    private void pool(boolean average) {
        Tensor in = last();
        int input = tensors.size() - 1;
        boolean global = random.nextInt(4) == 0;
        Window window = global
                ? Window.of(in.shape().height(), in.shape().width())
                : RandomShapes.window(random, in.shape(), MAX_POOL);
        Tensor out = alike(window.outputShape(in.shape(), in.shape().channels()), in);
        int[] clamps = RandomRequantization.clamps(random, out);
        if (average) {
            layers.add(new AveragePoolLayer(
                    name(), input, input + 1, window, tieThreshold(in.bits()), clamps[0], clamps[1]));
        } else {
            layers.add(new MaxPoolLayer(name(), input, input + 1, window, clamps[0], clamps[1]));
        }
    }

    int tieThreshold(int bits) {
        int[] thresholds = {0, 128, 255, 1 << (bits - 1), random.nextInt(256)};
        return thresholds[random.nextInt(thresholds.length)];
    }

    private void mean(int outputBits) {
        Tensor in = last();
        TensorShape shape = in.shape();
        Window window = RandomShapes.inside(random, shape, MAX_KERNEL);
        int input = tensors.size() - 1;
        Tensor out = scaled(window.outputShape(shape, shape.channels()), outputBits, in);
        long[] sums = {window.taps() * magnitude(in)};
        // Codes are seldom about the zero point, so that their sums, unlike those of products, are near the largest.
        int products = random.nextInt(4) == 0 ? window.taps() : 1;
        RandomRequantization draw = new RandomRequantization(random, sums, products);
        layers.add(new MeanLayer(name(), input, input + 1, window, draw.draw(out)));
    }

    private void pad() {
        Tensor in = last();
        int input = tensors.size() - 1;
        int[] sides = new int[4];
        Arrays.setAll(sides, i -> random.nextInt(MAX_PAD + 1));
        TensorShape shape = in.shape();
        alike(
                new TensorShape(
                        shape.height() + sides[0] + sides[1], shape.width() + sides[2] + sides[3], shape.channels()),
                in);
        layers.add(new PadLayer(name(), input, input + 1, sides[0], sides[1], sides[2], sides[3]));
    }

    private void reshape() {
        Tensor in = last();
        int input = tensors.size() - 1;
        int elements = in.shape().elements();
        int height = divisor(elements);
        int width = divisor(elements / height);
        alike(new TensorShape(height, width, elements / height / width), in);
        layers.add(new ReshapeLayer(name(), input, input + 1));
    }

    private int divisor(int number) {
        int[] divisors = IntStream.rangeClosed(1, Math.min(number, 16))
                .filter(candidate -> number % candidate == 0)
                .toArray();
        return divisors[random.nextInt(divisors.length)];
    }

    private void softmax() {
        Tensor in = last();
        if (in.shape().channels() > SoftmaxLayer.MAX_CHANNELS) {
            pad();
            return;
        }
        int input = tensors.size() - 1;
        double steepness = Math.scalb(random.nextDouble(), random.nextInt(4) - 4);
        int[] exponentials = new int[1 << in.bits()];
        Arrays.setAll(exponentials, d -> (int) Math.rint(Math.scalb(StrictMath.exp(-steepness * d), 20)));
        tensors.add(new Tensor("t" + tensors.size(), in.shape(), 8, 0, 1.0 / 256));
        layers.add(new SoftmaxLayer(name(), input, input + 1, Ints.of(exponentials)));
    }

    private void prelu(int outputBits) {
        Tensor in = last();
        int input = tensors.size() - 1;
        int channels = in.shape().channels();
        Tensor out = scaled(in.shape(), outputBits, in);
        long[] most = new long[channels + 1];
        Arrays.fill(most, Math.max(1, magnitude(in)));
        Requantization drawn = new RandomRequantization(random, most, 1).drawOfCodes(out);
        int[] multipliers = drawn.multipliers().toArray();
        Requantization ofNegative = new Requantization(
                Ints.of(Arrays.copyOf(multipliers, channels)),
                drawn.leftShift(),
                drawn.rightShift(),
                drawn.addend(),
                drawn.low(),
                drawn.high());
        layers.add(new PreluLayer(name(), input, input + 1, Math.abs(multipliers[channels]), ofNegative));
    }

    /** Zero points at the middle or anywhere; at times all codes at an extreme, so that sums are as large as can be. */
    WeightCodes weights(int bits, int count, int channels) {
        int highest = Bits.highestCode(bits);
        byte[] codes = new byte[count];
        boolean extreme = random.nextInt(8) == 0;
        for (int i = 0; i < count; i++) {
            int code = random.nextInt(highest + 1);
            codes[i] = (byte) (extreme ? (code > highest / 2 ? highest : 0) : code);
        }
        if (random.nextInt(16) == 0) {
            Arrays.fill(codes, (byte) (random.nextBoolean() ? highest : 0));
        }
        int[] zeroPoints = new int[channels];
        boolean symmetric = random.nextInt(3) == 0;
        Arrays.setAll(zeroPoints, c -> symmetric ? (highest + 1) / 2 : zeroPoint(highest));
        return new WeightCodes(bits, codes, zeroPoints);
    }

    Tensor last() {
        return tensors.get(tensors.size() - 1);
    }

    Tensor tensor(TensorShape shape, int bits) {
        int zeroPoint = bits == Tensor.INT32_BITS ? 0 : zeroPoint(Bits.highestCode(bits));
        Tensor tensor = new Tensor("t" + tensors.size(), shape, bits, zeroPoint, 0.001 + random.nextDouble());
        tensors.add(tensor);
        return tensor;
    }

    Tensor alike(TensorShape shape, Tensor other) {
        Tensor tensor = new Tensor("t" + tensors.size(), shape, other.bits(), other.zeroPoint(), other.scale());
        tensors.add(tensor);
        return tensor;
    }

    /** Its zero point is mostly where the input has its own: else the results are all at one end. */
    private Tensor scaled(TensorShape shape, int bits, Tensor in) {
        int highest = Bits.highestCode(bits);
        int zeroPoint = random.nextInt(4) == 0 ? zeroPoint(highest) : in.zeroPoint() * highest / highest(in);
        Tensor tensor = new Tensor("t" + tensors.size(), shape, bits, zeroPoint, 0.001 + random.nextDouble());
        tensors.add(tensor);
        return tensor;
    }

    /** Both ends and anything between. */
    private int zeroPoint(int highest) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> highest;
            default -> random.nextInt(highest + 1);
        };
    }

    String name() {
        return "layer" + layers.size();
    }

    static int highest(Tensor tensor) {
        return Bits.highestCode(tensor.bits());
    }

    /** Largest magnitude of a code less the zero point. */
    static long magnitude(Tensor in) {
        return Math.max(in.zeroPoint(), highest(in) - in.zeroPoint());
    }
}
