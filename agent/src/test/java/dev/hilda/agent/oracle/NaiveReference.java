// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.AveragePoolLayer;
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
import dev.hilda.agent.network.WeightedLayer;
import dev.hilda.agent.network.Window;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * INTEGER.md once more, a formula a method, in the order of the page: no speed, no sharing with the oracle, and an
 * exception where an intermediate leaves int32.
 */
final class NaiveReference {
    private final IntegerNetwork network;
    private final List<int[]> codes = new ArrayList<>();

    private NaiveReference(IntegerNetwork network) {
        this.network = network;
        network.tensors().forEach(tensor -> codes.add(new int[tensor.shape().elements()]));
    }

    /** All tensors' codes. */
    static List<int[]> run(IntegerNetwork network, int[] input) {
        NaiveReference reference = new NaiveReference(network);
        int read = 0;
        for (int tensor : network.inputs()) {
            int end = read + network.tensors().get(tensor).shape().elements();
            reference.codes.set(tensor, Arrays.copyOfRange(input, read, end));
            read = end;
        }
        for (Layer layer : network.layers()) {
            reference.run(layer);
        }
        return reference.codes;
    }

    private void run(Layer layer) {
        Tensor out = network.outputOf(layer);
        int[] result = codes.get(layer.output());
        int at = 0;
        for (int y = 0; y < out.shape().height(); y++) {
            for (int x = 0; x < out.shape().width(); x++) {
                for (int c = 0; c < out.shape().channels(); c++) {
                    result[at] = element(layer, y, x, c, at);
                    at++;
                }
            }
        }
    }

    private int element(Layer layer, int y, int x, int c, int at) {
        int[] in = codes.get(layer.inputs().get(0));
        if (layer instanceof ConvolutionLayer convolution) {
            return requantize(convolution.requantization(), convolution(convolution, y, x, c), c);
        } else if (layer instanceof DepthwiseLayer depthwise) {
            return requantize(depthwise.requantization(), depthwise(depthwise, y, x, c), c);
        } else if (layer instanceof AddLayer add) {
            int first = Math.multiplyExact(add.firstMultiplier(), in[at]);
            int second = Math.multiplyExact(add.secondMultiplier(), codes.get(add.second())[at]);
            int sum = Math.addExact(Math.addExact(add.addend(), first), second);
            return clamp(sum >> add.rightShift(), add.low(), add.high());
        } else if (layer instanceof SumLayer sum) {
            int first = Math.multiplyExact(sum.firstMultiplier(), broadcast(sum.first(), y, x, c));
            int second = Math.multiplyExact(sum.secondMultiplier(), broadcast(sum.second(), y, x, c));
            int all = Math.addExact(Math.addExact(sum.addend(), first), second);
            return clamp(all >> sum.rightShift(), sum.low(), sum.high());
        } else if (layer instanceof ProductLayer product) {
            int first = broadcast(product.first(), y, x, c)
                    - network.tensors().get(product.first()).zeroPoint();
            int second = broadcast(product.second(), y, x, c)
                    - network.tensors().get(product.second()).zeroPoint();
            return requantize(product.requantization(), Math.multiplyExact(first, second), 0);
        } else if (layer instanceof ConcatenationLayer concatenation) {
            return concatenated(concatenation, y, x, c);
        } else if (layer instanceof GatherLayer gather) {
            return code(
                    layer,
                    gather.rows().get(y),
                    gather.columns().get(x),
                    gather.channels().get(c));
        } else if (layer instanceof InterpolateLayer interpolate) {
            return interpolated(interpolate, y, x, c);
        } else if (layer instanceof RescaleLayer rescale) {
            int sum = Math.addExact(rescale.addend(), Math.multiplyExact(rescale.multiplier(), in[at]));
            return clamp(sum >> rescale.rightShift(), rescale.low(), rescale.high());
        } else if (layer instanceof LookupLayer lookup) {
            return lookup.codes().get(in[at]);
        } else if (layer instanceof AveragePoolLayer pool) {
            return average(pool, inside(layer, pool.window(), y, x, c));
        } else if (layer instanceof MeanLayer mean) {
            return requantize(mean.requantization(), sum(mean, inside(layer, mean.window(), y, x, c)), 0);
        } else if (layer instanceof MaxPoolLayer pool) {
            int highest = inside(layer, pool.window(), y, x, c).stream()
                    .mapToInt(Integer::intValue)
                    .max()
                    .orElseThrow();
            return clamp(highest, pool.low(), pool.high());
        } else if (layer instanceof PadLayer pad) {
            Tensor input = network.inputOf(layer);
            int code = code(layer, y - pad.top(), x - pad.left(), c);
            return code < 0 ? input.zeroPoint() : code;
        } else if (layer instanceof ReshapeLayer) {
            return in[at];
        } else if (layer instanceof SoftmaxLayer softmax) {
            return softmax(softmax, y, x, c);
        } else if (layer instanceof PreluLayer prelu) {
            int difference = in[at] - network.inputOf(layer).zeroPoint();
            Requantization to = prelu.requantization();
            Requantization positive = new Requantization(
                    Ints.of(prelu.multiplier()), to.leftShift(), to.rightShift(), to.addend(), to.low(), to.high());
            return difference < 0 ? requantize(to, difference, c) : requantize(positive, difference, 0);
        }
        throw new AssertionError(layer);
    }

    /** The code at a place, or at 0 along the axes where the tensor has but one. */
    private int broadcast(int tensor, int y, int x, int c) {
        TensorShape shape = network.tensors().get(tensor).shape();
        int row = shape.height() == 1 ? 0 : y;
        int column = shape.width() == 1 ? 0 : x;
        int channel = shape.channels() == 1 ? 0 : c;
        return codes.get(tensor)[(row * shape.width() + column) * shape.channels() + channel];
    }

    /** Goes along the axis input by input until the position lies in one. */
    private int concatenated(ConcatenationLayer layer, int y, int x, int c) {
        int[] position = {y, x, c};
        int axis = switch (layer.axis()) {
            case HEIGHT -> 0;
            case WIDTH -> 1;
            case CHANNEL -> 2;
        };
        for (int input : layer.inputs()) {
            TensorShape shape = network.tensors().get(input).shape();
            int extent = new int[] {shape.height(), shape.width(), shape.channels()}[axis];
            if (position[axis] < extent) {
                int pixel = position[0] * shape.width() + position[1];
                return codes.get(input)[pixel * shape.channels() + position[2]];
            }
            position[axis] -= extent;
        }
        throw new AssertionError(layer);
    }

    /** The exact mean, ties away from the threshold. */
    private int interpolated(InterpolateLayer layer, int y, int x, int c) {
        int[] rows = {layer.rows().lower().get(y), layer.rows().upper().get(y)};
        int[] columns = {layer.columns().lower().get(x), layer.columns().upper().get(x)};
        int[] down = {
            1024 - layer.rows().fractions().get(y), layer.rows().fractions().get(y)
        };
        int[] right = {
            1024 - layer.columns().fractions().get(x),
            layer.columns().fractions().get(x)
        };
        BigDecimal sum = BigDecimal.ZERO;
        for (int row = 0; row < 2; row++) {
            for (int column = 0; column < 2; column++) {
                int code = code(layer, rows[row], columns[column], c) - layer.tieThreshold();
                sum = sum.add(BigDecimal.valueOf((long) down[row] * right[column] * code));
            }
        }
        BigDecimal mean = sum.divide(BigDecimal.valueOf(1024 * 1024), 0, RoundingMode.HALF_UP);
        return mean.intValueExact() + layer.tieThreshold();
    }

    private int convolution(ConvolutionLayer layer, int y, int x, int o) {
        Window window = layer.window();
        int channels = network.inputOf(layer).shape().channels();
        int sum = bias(layer, o);
        for (int ky = 0; ky < window.kernelHeight(); ky++) {
            for (int kx = 0; kx < window.kernelWidth(); kx++) {
                for (int i = 0; i < channels; i++) {
                    int index = ((o * window.kernelHeight() + ky) * window.kernelWidth() + kx) * channels + i;
                    int weight = layer.weights().code(index) - layer.weights().zeroPoint(o);
                    sum = Math.addExact(sum, weight * value(layer, window, y, x, ky, kx, i));
                }
            }
        }
        return sum;
    }

    private int depthwise(DepthwiseLayer layer, int y, int x, int o) {
        Window window = layer.window();
        int channels = network.outputOf(layer).shape().channels();
        int multiplier = channels / network.inputOf(layer).shape().channels();
        int sum = bias(layer, o);
        for (int ky = 0; ky < window.kernelHeight(); ky++) {
            for (int kx = 0; kx < window.kernelWidth(); kx++) {
                int index = (ky * window.kernelWidth() + kx) * channels + o;
                int weight = layer.weights().code(index) - layer.weights().zeroPoint(o);
                sum = Math.addExact(sum, weight * value(layer, window, y, x, ky, kx, o / multiplier));
            }
        }
        return sum;
    }

    private int value(Layer layer, Window window, int y, int x, int ky, int kx, int i) {
        int row = y * window.strideHeight() + ky * window.dilationHeight() - window.padTop();
        int column = x * window.strideWidth() + kx * window.dilationWidth() - window.padLeft();
        int code = code(layer, row, column, i);
        return code < 0 ? 0 : code - network.inputOf(layer).zeroPoint();
    }

    private List<Integer> inside(Layer layer, Window window, int y, int x, int c) {
        List<Integer> inside = new ArrayList<>();
        for (int ky = 0; ky < window.kernelHeight(); ky++) {
            for (int kx = 0; kx < window.kernelWidth(); kx++) {
                int row = y * window.strideHeight() + ky * window.dilationHeight() - window.padTop();
                int column = x * window.strideWidth() + kx * window.dilationWidth() - window.padLeft();
                int code = code(layer, row, column, c);
                if (code >= 0) {
                    inside.add(code);
                }
            }
        }
        return inside;
    }

    /** By what the threshold means, not by the page's formula: the exact mean, ties away from the threshold. */
    private static int average(AveragePoolLayer layer, List<Integer> inside) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int code : inside) {
            sum = sum.add(BigDecimal.valueOf(code - layer.tieThreshold()));
        }
        BigDecimal mean = sum.divide(BigDecimal.valueOf(inside.size()), 0, RoundingMode.HALF_UP);
        return clamp(mean.intValueExact() + layer.tieThreshold(), layer.low(), layer.high());
    }

    private int sum(MeanLayer layer, List<Integer> inside) {
        assert inside.size() == layer.window().taps();
        BigInteger sum = BigInteger.ZERO;
        for (int code : inside) {
            sum = sum.add(BigInteger.valueOf(code - network.inputOf(layer).zeroPoint()));
        }
        return sum.intValueExact();
    }

    private int softmax(SoftmaxLayer layer, int y, int x, int c) {
        int channels = network.inputOf(layer).shape().channels();
        int highest = 0;
        for (int i = 0; i < channels; i++) {
            highest = Math.max(highest, code(layer, y, x, i));
        }
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < channels; i++) {
            sum = sum.add(BigInteger.valueOf(layer.exponentials().get(highest - code(layer, y, x, i))));
        }
        BigInteger own = BigInteger.valueOf(layer.exponentials().get(highest - code(layer, y, x, c)));
        BigInteger dividend = own.multiply(BigInteger.valueOf(256)).add(sum.divide(BigInteger.TWO));
        if (dividend.bitLength() > 32) {
            throw new ArithmeticException("uint32 overflow in softmax");
        }
        return dividend.divide(sum).min(BigInteger.valueOf(255)).intValueExact();
    }

    /** The code of the layer's first input, or −1 outside. */
    private int code(Layer layer, int y, int x, int c) {
        Tensor in = network.inputOf(layer);
        boolean inside =
                y >= 0 && y < in.shape().height() && x >= 0 && x < in.shape().width();
        int index = (y * in.shape().width() + x) * in.shape().channels() + c;
        return inside ? codes.get(layer.inputs().get(0))[index] : -1;
    }

    private static int bias(WeightedLayer layer, int channel) {
        return layer.bias().size() == 0 ? 0 : layer.bias().get(channel);
    }

    private static int requantize(Requantization requantization, int accumulator, int channel) {
        if (requantization.isRaw()) {
            return accumulator;
        }
        if (requantization.hasThresholds()) {
            int highest = requantization.high();
            return (int) IntStream.range(channel * highest, (channel + 1) * highest)
                    .filter(index -> requantization.thresholds().get(index) <= accumulator)
                    .count();
        }
        Ints multipliers = requantization.multipliers();
        BigInteger shifted = BigInteger.valueOf(accumulator).shiftLeft(requantization.leftShift());
        BigInteger product =
                BigInteger.valueOf(multipliers.get(channel)).multiply(BigInteger.valueOf(shifted.intValueExact()));
        BigInteger sum = product.shiftRight(32).add(BigInteger.valueOf(requantization.addend()));
        int value = sum.intValueExact() >> requantization.rightShift();
        return clamp(value, requantization.low(), requantization.high());
    }

    private static int clamp(int value, int low, int high) {
        return value < low ? low : value > high ? high : value;
    }
}
