// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What holds between the layers and tensors of a network. */
final class NetworkChecks {
    private static final int MAX_CODE = 255;
    private static final int MAX_ADD_SHIFT = 24;
    private static final int MAX_PAD = 1 << 14;
    private static final int EXPONENTIAL_ONE = 1 << 20;

    private final List<Tensor> tensors;

    private NetworkChecks(List<Tensor> tensors) {
        this.tensors = tensors;
    }

    static void check(List<Tensor> tensors, List<Layer> layers, List<Integer> inputs, List<Integer> outputs) {
        new NetworkChecks(tensors).check(layers, inputs, outputs);
    }

    private void check(List<Layer> layers, List<Integer> inputs, List<Integer> outputs) {
        Checks.that(!layers.isEmpty(), "at least one layer", layers.size());
        requireUniqueNames(layers);
        Set<Integer> written = requireInputs(inputs);
        for (Layer layer : layers) {
            for (int read : layer.inputs()) {
                String what = "layer " + layer.name() + " to read a tensor written before";
                Checks.that(written.contains(read), what, read);
                Checks.that(
                        !tensors.get(read).isInt32(), "layer " + layer.name() + " to read codes", tensors.get(read));
            }
            boolean fresh = written.add(requireTensor(layer.output()));
            Checks.that(fresh, "layer " + layer.name() + " to write a tensor of its own", layer.output());
            boolean isOutput = outputs.contains(layer.output());
            Checks.that(isOutput || !tensors.get(layer.output()).isInt32(), "int32 only as an output", layer.name());
            Tensor out = tensors.get(layer.output());
            LayerChecks checks = new LayerChecks(tensors.get(layer.inputs().get(0)), out, tensors);
            requireShape(layer, layer.accept(checks), out);
        }
        requireOutputs(outputs, written);
        Checks.that(written.size() == tensors.size(), "every tensor to be used", tensors.size(), written.size());
    }

    private Set<Integer> requireInputs(List<Integer> inputs) {
        Checks.that(!inputs.isEmpty(), "at least one input", inputs.size());
        Set<Integer> written = new HashSet<>();
        long bytes = 0;
        for (int input : inputs) {
            Checks.that(written.add(requireTensor(input)), "each input once", inputs);
            Checks.that(!tensors.get(input).isInt32(), "an input of codes", tensors.get(input));
            bytes += tensors.get(input).packedBytes();
        }
        Checks.that(bytes <= Integer.MAX_VALUE, "at most 2^31 - 1 bytes of inputs", bytes);
        return written;
    }

    private void requireOutputs(List<Integer> outputs, Set<Integer> written) {
        Checks.that(!outputs.isEmpty(), "at least one output", outputs.size());
        Checks.that(written.containsAll(outputs), "outputs that layers write", outputs);
        Checks.that(Set.copyOf(outputs).size() == outputs.size(), "each output once", outputs);
        long elements = outputs.stream()
                .mapToLong(output -> tensors.get(output).shape().elements())
                .sum();
        Checks.that(elements <= Integer.MAX_VALUE, "at most 2^31 - 1 numbers in an answer", elements);
    }

    private void requireUniqueNames(List<Layer> layers) {
        Set<String> names = new HashSet<>();
        layers.forEach(layer -> Checks.that(names.add(layer.name()), "unique layer names", layer.name()));
        names.clear();
        tensors.forEach(tensor -> Checks.that(names.add(tensor.name()), "unique tensor names", tensor.name()));
    }

    private int requireTensor(int index) {
        Checks.that(index >= 0 && index < tensors.size(), "a tensor from 0 to " + (tensors.size() - 1), index);
        return index;
    }

    /** Checks what a layer is made of; answers with the shape that its output must have. */
    private record LayerChecks(Tensor in, Tensor out, List<Tensor> tensors) implements Layer.Visitor<TensorShape> {
        @Override
        public TensorShape convolution(ConvolutionLayer layer) {
            long taps = layer.window().taps();
            requireWeights(layer, out, taps * in.shape().channels());
            return layer.window().outputShape(in.shape(), out.shape().channels());
        }

        @Override
        public TensorShape depthwise(DepthwiseLayer layer) {
            int channels = out.shape().channels();
            Checks.that(
                    channels % in.shape().channels() == 0,
                    "layer " + layer.name() + " to have a multiple of its input's channels",
                    channels);
            requireWeights(layer, out, layer.window().taps());
            return layer.window().outputShape(in.shape(), channels);
        }

        @Override
        public TensorShape add(AddLayer layer) {
            requireShape(layer, tensors.get(layer.second()).shape(), out);
            Checks.that(
                    layer.firstMultiplier() >= 0 && layer.secondMultiplier() >= 0, "multipliers of at least 0", layer);
            requireShift(layer, layer.rightShift());
            requireCodes(layer, layer.low(), layer.high(), out);
            return in.shape();
        }

        @Override
        public TensorShape sum(SumLayer layer) {
            requireShift(layer, layer.rightShift());
            Checks.that(!out.isInt32(), "codes out of sum " + layer.name(), out);
            requireCodes(layer, layer.low(), layer.high(), out);
            return in.shape().broadcast(tensors.get(layer.second()).shape());
        }

        @Override
        public TensorShape product(ProductLayer layer) {
            Requantization requantization = layer.requantization();
            int multipliers = requantization.multipliers().size();
            Checks.that(multipliers == 1, "one multiplier of product " + layer.name(), multipliers);
            Checks.that(!out.isInt32(), "codes out of product " + layer.name(), out);
            requireCodes(layer, requantization.low(), requantization.high(), out);
            return in.shape().broadcast(tensors.get(layer.second()).shape());
        }

        @Override
        public TensorShape concatenation(ConcatenationLayer layer) {
            long extent = 0;
            for (int read : layer.inputs()) {
                Tensor part = tensors.get(read);
                TensorShape beside =
                        layer.axis().with(part.shape(), layer.axis().extent(in.shape()));
                Checks.that(
                        beside.equals(in.shape()), "inputs of concatenation " + layer.name() + " that fit", in, part);
                requireSameQuantization(layer, part, out);
                extent += layer.axis().extent(part.shape());
            }
            return layer.axis().with(in.shape(), Math.toIntExact(extent));
        }

        @Override
        public TensorShape gather(GatherLayer layer) {
            requireSameQuantization(layer, in, out);
            requireIndices(layer, "rows", layer.rows(), in.shape().height());
            requireIndices(layer, "columns", layer.columns(), in.shape().width());
            requireIndices(layer, "channels", layer.channels(), in.shape().channels());
            return new TensorShape(
                    layer.rows().size(),
                    layer.columns().size(),
                    layer.channels().size());
        }

        @Override
        public TensorShape interpolate(InterpolateLayer layer) {
            requireSameQuantization(layer, in, out);
            requirePositions(layer, "rows", layer.rows(), in.shape().height());
            requirePositions(layer, "columns", layer.columns(), in.shape().width());
            requireTieThreshold(layer, layer.tieThreshold());
            return new TensorShape(
                    layer.rows().lower().size(),
                    layer.columns().lower().size(),
                    in.shape().channels());
        }

        @Override
        public TensorShape rescale(RescaleLayer layer) {
            requireShift(layer, layer.rightShift());
            requireCodes(layer, layer.low(), layer.high(), out);
            return in.shape();
        }

        @Override
        public TensorShape lookup(LookupLayer layer) {
            String name = layer.name();
            int[] codes = layer.codes().toArray();
            int expected = Bits.highestCode(in.bits()) + 1;
            Checks.that(!out.isInt32(), "codes out of lookup " + name, out);
            Checks.that(codes.length == expected, expected + " codes in the table of lookup " + name, codes.length);
            int highest = Bits.highestCode(out.bits());
            Checks.that(
                    Arrays.stream(codes).allMatch(code -> code >= 0 && code <= highest),
                    "codes from 0 to " + highest + " in the table of lookup " + name,
                    layer.codes());
            return in.shape();
        }

        @Override
        public TensorShape averagePool(AveragePoolLayer layer) {
            requireTieThreshold(layer, layer.tieThreshold());
            requireCodes(layer, layer.low(), layer.high(), out);
            return requirePool(layer, layer.window(), in, out);
        }

        @Override
        public TensorShape mean(MeanLayer layer) {
            Requantization requantization = layer.requantization();
            int multipliers = requantization.multipliers().size();
            Checks.that(multipliers == 1, "one multiplier of mean " + layer.name(), multipliers);
            Checks.that(!layer.window().isPadded(), "no padding of mean " + layer.name(), layer.window());
            Checks.that(!out.isInt32(), "codes out of mean " + layer.name(), out);
            requireCodes(layer, requantization.low(), requantization.high(), out);
            return layer.window().outputShape(in.shape(), in.shape().channels());
        }

        @Override
        public TensorShape maxPool(MaxPoolLayer layer) {
            requireCodes(layer, layer.low(), layer.high(), out);
            return requirePool(layer, layer.window(), in, out);
        }

        @Override
        public TensorShape pad(PadLayer layer) {
            Checks.that(
                    Stream.of(layer.top(), layer.bottom(), layer.left(), layer.right())
                            .allMatch(side -> side >= 0 && side <= MAX_PAD),
                    "padding of " + layer.name() + " from 0 to " + MAX_PAD,
                    layer);
            requireSameQuantization(layer, in, out);
            return new TensorShape(
                    in.shape().height() + layer.top() + layer.bottom(),
                    in.shape().width() + layer.left() + layer.right(),
                    in.shape().channels());
        }

        @Override
        public TensorShape reshape(ReshapeLayer layer) {
            int elements = in.shape().elements();
            Checks.that(elements == out.shape().elements(), layer.name() + " to keep its elements", in, out);
            requireSameQuantization(layer, in, out);
            return out.shape();
        }

        @Override
        public TensorShape softmax(SoftmaxLayer layer) {
            requireSoftmax(layer, in, out);
            return in.shape();
        }

        @Override
        public TensorShape prelu(PreluLayer layer) {
            Requantization requantization = layer.requantization();
            int channels = in.shape().channels();
            int multipliers = requantization.multipliers().size();
            Checks.that(multipliers == channels, channels + " multipliers of prelu " + layer.name(), multipliers);
            Checks.that(layer.multiplier() >= 0, "a multiplier of at least 0 of " + layer.name(), layer.multiplier());
            Checks.that(!out.isInt32(), "codes out of prelu " + layer.name(), out);
            requireCodes(layer, requantization.low(), requantization.high(), out);
            return in.shape();
        }
    }

    private static void requirePositions(Layer layer, String axis, InterpolateLayer.Positions positions, int extent) {
        requireIndices(layer, axis, positions.lower(), extent);
        requireIndices(layer, axis, positions.upper(), extent);
        int[] fractions = positions.fractions().toArray();
        int count = positions.lower().size();
        Checks.that(
                positions.upper().size() == count && fractions.length == count,
                "an upper index and a fraction for each of " + count + " " + axis + " of " + layer.name(),
                positions.upper().size(),
                fractions.length);
        Checks.that(
                Arrays.stream(fractions).allMatch(part -> part >= 0 && part <= InterpolateLayer.ONE),
                "fractions of " + layer.name() + " from 0 to " + InterpolateLayer.ONE,
                positions.fractions());
    }

    private static void requireTieThreshold(Layer layer, int threshold) {
        Checks.that(threshold >= 0 && threshold <= MAX_CODE, "a tie threshold up to 255 of " + layer.name(), threshold);
    }

    private static void requireIndices(Layer layer, String axis, Ints indices, int extent) {
        int most = GatherLayer.MAX_EXTENT;
        String what = "1 to " + most + " " + axis + " of " + layer.name();
        Checks.that(extent <= most, what + " in its input", extent);
        Checks.that(indices.size() >= 1 && indices.size() <= most, what, indices.size());
        boolean areInside = Arrays.stream(indices.toArray()).allMatch(index -> index >= 0 && index < extent);
        Checks.that(areInside, axis + " of " + layer.name() + " from 0 to " + (extent - 1), indices);
    }

    private static void requireSoftmax(SoftmaxLayer softmax, Tensor in, Tensor out) {
        String name = softmax.name();
        int channels = in.shape().channels();
        Checks.that(channels <= SoftmaxLayer.MAX_CHANNELS, "at most 2047 channels into softmax " + name, channels);
        int codes = Bits.highestCode(in.bits()) + 1;
        int size = softmax.exponentials().size();
        Checks.that(size == codes, codes + " exponentials of softmax " + name, size);
        int[] exponentials = softmax.exponentials().toArray();
        boolean inRange = Arrays.stream(exponentials).allMatch(value -> value >= 0 && value <= EXPONENTIAL_ONE);
        Checks.that(
                inRange && exponentials[0] == EXPONENTIAL_ONE,
                "exponentials of " + name + " from 0 to 2^20, the first 2^20",
                exponentials);
        Checks.that(out.bits() == 8 && out.zeroPoint() == 0, "8 bits and zero point 0 out of softmax " + name, out);
    }

    private static TensorShape requirePool(Layer layer, Window window, Tensor in, Tensor out) {
        TensorShape shape = window.outputShape(in.shape(), in.shape().channels());
        requireShape(layer, shape, out);
        requireSameQuantization(layer, in, out);
        int height = (window.kernelHeight() - 1) * window.dilationHeight() + 1;
        int width = (window.kernelWidth() - 1) * window.dilationWidth() + 1;
        boolean covered = window.padTop() < height
                && window.padBottom() < height
                && window.padLeft() < width
                && window.padRight() < width;
        Checks.that(covered, "padding of pooling " + layer.name() + " smaller than its kernel", window);
        boolean touching = touches(
                        in.shape().height(),
                        out.shape().height(),
                        window.padTop(),
                        window.strideHeight(),
                        window.dilationHeight())
                && touches(
                        in.shape().width(),
                        out.shape().width(),
                        window.padLeft(),
                        window.strideWidth(),
                        window.dilationWidth());
        Checks.that(touching, "every window of pooling " + layer.name() + " to meet its input", window);
        return shape;
    }

    /**
     * Whether windows that begin in the padding have a tap inside; those that begin inside have one since padding is
     * smaller than the kernel.
     */
    private static boolean touches(int extent, int windows, int pad, int stride, int dilation) {
        for (int i = 0; i < windows && i * stride < pad; i++) {
            if (Math.floorMod(i * stride - pad, dilation) >= extent) {
                return false;
            }
        }
        return true;
    }

    private static void requireWeights(WeightedLayer layer, Tensor out, long perChannel) {
        String name = layer.name();
        WeightCodes weights = layer.weights();
        int channels = out.shape().channels();
        Checks.that(weights.outputChannels() == channels, channels + " channels of weights of " + name, weights);
        Checks.that(perChannel * channels == weights.count(), perChannel + " weights a channel of " + name, weights);
        Requantization requantization = layer.requantization();
        int biases = layer.bias().size();
        if (requantization.hasThresholds()) {
            Checks.that(biases == 0, "no biases of " + name + ", which has thresholds", biases);
            requireThresholds(requantization, name, channels, out);
            return;
        }
        Checks.that(biases == channels, channels + " biases of " + name, biases);
        if (requantization.isRaw()) {
            Checks.that(out.isInt32(), "an int32 output of the raw layer " + name, out);
            return;
        }
        int multipliers = requantization.multipliers().size();
        Checks.that(multipliers == channels, channels + " multipliers of " + name, multipliers);
        requireCodes(layer, requantization.low(), requantization.high(), out);
    }

    private static void requireThresholds(Requantization requantization, String name, int channels, Tensor out) {
        int thresholds = requantization.thresholds().size();
        Checks.that(!out.isInt32(), "codes out of the thresholds of " + name, out);
        int highest = Bits.highestCode(out.bits());
        Checks.that(
                requantization.high() == highest,
                "all codes of " + out.bits() + " bits of " + name,
                requantization.high());
        int expected = channels * highest;
        Checks.that(thresholds == expected, expected + " thresholds of " + name, thresholds);
    }

    private static void requireShift(Layer layer, int shift) {
        Checks.that(shift >= 0 && shift <= MAX_ADD_SHIFT, "a right shift from 0 to 24 of " + layer.name(), shift);
    }

    private static void requireCodes(Layer layer, int low, int high, Tensor out) {
        boolean inRange = out.isInt32() || (low >= 0 && high <= Bits.highestCode(out.bits()));
        Checks.that(low <= high && inRange, "clamps of " + layer.name() + " within " + out.bits() + " bits", low, high);
    }

    private static void requireShape(Layer layer, TensorShape expected, Tensor actual) {
        Checks.that(expected.equals(actual.shape()), "shape " + expected + " at layer " + layer.name(), actual);
    }

    private static void requireSameQuantization(Layer layer, Tensor in, Tensor out) {
        boolean same = in.bits() == out.bits() && in.zeroPoint() == out.zeroPoint() && in.scale() == out.scale();
        Checks.that(same, "layer " + layer.name() + " to keep bits, scale and zero point", in, out);
    }
}
