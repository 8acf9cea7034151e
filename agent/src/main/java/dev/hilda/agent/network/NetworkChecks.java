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

    static void check(List<Tensor> tensors, List<Layer> layers, int input, int output) {
        new NetworkChecks(tensors).check(layers, input, output);
    }

    private void check(List<Layer> layers, int input, int output) {
        Checks.that(!layers.isEmpty(), "at least one layer", layers.size());
        requireUniqueNames(layers);
        Set<Integer> written = new HashSet<>();
        written.add(requireTensor(input));
        Checks.that(!tensors.get(input).isInt32(), "an input of codes", tensors.get(input));
        for (Layer layer : layers) {
            for (int read : layer.inputs()) {
                String what = "layer " + layer.name() + " to read a tensor written before";
                Checks.that(written.contains(read), what, read);
                Checks.that(
                        !tensors.get(read).isInt32(), "layer " + layer.name() + " to read codes", tensors.get(read));
            }
            boolean fresh = written.add(requireTensor(layer.output()));
            Checks.that(fresh, "layer " + layer.name() + " to write a tensor of its own", layer.output());
            boolean last = layer.output() == output;
            Checks.that(last || !tensors.get(layer.output()).isInt32(), "int32 only as the output", layer.name());
            check(layer);
        }
        Checks.that(written.contains(output), "an output that a layer writes", output);
        Checks.that(written.size() == tensors.size(), "every tensor to be used", tensors.size(), written.size());
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

    private void check(Layer layer) {
        Tensor in = tensors.get(layer.inputs().get(0));
        Tensor out = tensors.get(layer.output());
        if (layer instanceof ConvolutionLayer convolution) {
            long taps = convolution.window().taps();
            requireWeights(layer, convolution.weights(), out, taps * in.shape().channels());
            requireShape(
                    layer,
                    convolution.window().outputShape(in.shape(), out.shape().channels()),
                    out);
            check(layer, convolution.bias(), convolution.requantization(), out);
        } else if (layer instanceof DepthwiseLayer depthwise) {
            int channels = out.shape().channels();
            Checks.that(
                    channels % in.shape().channels() == 0,
                    "layer " + layer.name() + " to have a multiple of its input's channels",
                    channels);
            requireWeights(layer, depthwise.weights(), out, depthwise.window().taps());
            requireShape(layer, depthwise.window().outputShape(in.shape(), channels), out);
            check(layer, depthwise.bias(), depthwise.requantization(), out);
        } else if (layer instanceof AddLayer add) {
            requireShape(layer, in.shape(), out);
            requireShape(layer, tensors.get(add.second()).shape(), out);
            Checks.that(add.firstMultiplier() >= 0 && add.secondMultiplier() >= 0, "multipliers of at least 0", add);
            requireShift(layer, add.rightShift());
            requireCodes(layer, add.low(), add.high(), out);
        } else if (layer instanceof RescaleLayer rescale) {
            requireShape(layer, in.shape(), out);
            requireShift(layer, rescale.rightShift());
            requireCodes(layer, rescale.low(), rescale.high(), out);
        } else if (layer instanceof AveragePoolLayer pool) {
            requirePool(layer, pool.window(), in, out);
            int threshold = pool.tieThreshold();
            Checks.that(
                    threshold >= 0 && threshold <= MAX_CODE, "a tie threshold up to 255 of " + pool.name(), threshold);
            requireCodes(layer, pool.low(), pool.high(), out);
        } else if (layer instanceof MaxPoolLayer pool) {
            requirePool(layer, pool.window(), in, out);
            requireCodes(layer, pool.low(), pool.high(), out);
        } else if (layer instanceof PadLayer pad) {
            Checks.that(
                    Stream.of(pad.top(), pad.bottom(), pad.left(), pad.right())
                            .allMatch(side -> side >= 0 && side <= MAX_PAD),
                    "padding of " + pad.name() + " from 0 to " + MAX_PAD,
                    pad);
            TensorShape padded = new TensorShape(
                    in.shape().height() + pad.top() + pad.bottom(),
                    in.shape().width() + pad.left() + pad.right(),
                    in.shape().channels());
            requireShape(layer, padded, out);
            requireSameQuantization(layer, in, out);
        } else if (layer instanceof ReshapeLayer) {
            int elements = in.shape().elements();
            Checks.that(elements == out.shape().elements(), layer.name() + " to keep its elements", in, out);
            requireSameQuantization(layer, in, out);
        } else if (layer instanceof SoftmaxLayer softmax) {
            requireShape(layer, in.shape(), out);
            requireSoftmax(softmax, in, out);
        }
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

    private static void requirePool(Layer layer, Window window, Tensor in, Tensor out) {
        requireShape(layer, window.outputShape(in.shape(), in.shape().channels()), out);
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

    private static void requireWeights(Layer layer, WeightCodes weights, Tensor out, long perChannel) {
        String name = layer.name();
        int channels = out.shape().channels();
        Checks.that(weights.outputChannels() == channels, channels + " channels of weights of " + name, weights);
        Checks.that(perChannel * channels == weights.count(), perChannel + " weights a channel of " + name, weights);
    }

    private static void check(Layer layer, Ints bias, Requantization requantization, Tensor out) {
        String name = layer.name();
        int channels = out.shape().channels();
        Checks.that(bias.size() == channels, channels + " biases of " + name, bias.size());
        if (requantization.isRaw()) {
            Checks.that(out.isInt32(), "an int32 output of the raw layer " + name, out);
            return;
        }
        int multipliers = requantization.multipliers().size();
        Checks.that(multipliers == channels, channels + " multipliers of " + name, multipliers);
        requireCodes(layer, requantization.low(), requantization.high(), out);
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
