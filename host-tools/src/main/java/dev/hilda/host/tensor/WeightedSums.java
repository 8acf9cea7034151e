// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Sums of products of the weighted operators, without bias. */
final class WeightedSums {
    /** Values of a matrix of patches; more images are taken in turn. */
    private static final int PATCH_VALUES = 1 << 21;

    private WeightedSums() {}

    static Batch convolution(Operator.Convolution operator, Batch input, TensorShape shape) {
        Window window = operator.window();
        if (isMatrixProduct(window, input.shape())) {
            return matrixProduct(operator.weights(), input, shape);
        }
        int outputChannels = shape.channels();
        float[] weights = operator.weights().toArray();
        float[] sums = new float[Math.multiplyExact(input.images(), shape.elements())];
        int step = Math.max(1, PATCH_VALUES / (shape.pixels() * Patches.columns(window, input.shape())));
        for (int image = 0; image < input.images(); image += step) {
            int images = Math.min(step, input.images() - image);
            float[] patches = Patches.of(input, window, image, images);
            float[] product = MatrixProducts.timesTransposed(patches, images * shape.pixels(), weights, outputChannels);
            System.arraycopy(product, 0, sums, image * shape.elements(), product.length);
        }
        return new Batch(shape, input.images(), sums);
    }

    static Batch fullyConnected(Operator.FullyConnected operator, Batch input, TensorShape shape) {
        return matrixProduct(operator.weights(), input, shape);
    }

    /** Without a matrix product in it: a few multiplications per value, bound by memory. */
    static Batch depthwise(Operator.Depthwise operator, Batch input, TensorShape shape) {
        float[] weights = operator.weights().toArray();
        float[] sums = new float[Math.multiplyExact(input.images(), shape.elements())];
        IntStream.range(0, input.images())
                .parallel()
                .forEach(image -> depthwise(operator.window(), weights, input, image, shape, sums));
        return new Batch(shape, input.images(), sums);
    }

    private static void depthwise(
            Window window, float[] weights, Batch input, int image, TensorShape shape, float[] sums) {
        int multiplier = shape.channels() / input.shape().channels();
        float[] patch = new float[Patches.columns(window, input.shape())];
        float[] expanded = multiplier == 1 ? patch : new float[patch.length * multiplier];
        int target = image * shape.elements();
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                Arrays.fill(patch, 0);
                Patches.copy(input, window, image, y, x, patch, 0);
                if (multiplier > 1) {
                    repeat(patch, multiplier, expanded);
                }
                for (int tap = 0; tap < window.taps(); tap++) {
                    addProducts(sums, target, weights, expanded, tap * shape.channels(), shape.channels());
                }
                target += shape.channels();
            }
        }
    }

    private static void repeat(float[] values, int times, float[] repeated) {
        for (int index = 0; index < values.length; index++) {
            Arrays.fill(repeated, index * times, (index + 1) * times, values[index]);
        }
    }

    private static void addProducts(float[] sums, int target, float[] weights, float[] values, int first, int count) {
        for (int channel = 0; channel < count; channel++) {
            sums[target + channel] += weights[first + channel] * values[first + channel];
        }
    }

    private static boolean isMatrixProduct(Window window, TensorShape input) {
        boolean padded = window.padTop() + window.padBottom() + window.padLeft() + window.padRight() > 0;
        boolean pointwise = window.taps() == 1 && window.strideHeight() == 1 && window.strideWidth() == 1;
        boolean whole = window.kernelHeight() == input.height() && window.kernelWidth() == input.width();
        return !padded && (pointwise || whole);
    }

    /** Each output channel's weights times consecutive stretches of the input. */
    private static Batch matrixProduct(FloatTensor weights, Batch input, TensorShape shape) {
        float[] product = MatrixProducts.timesTransposed(
                input.values(), input.images() * shape.pixels(), weights.toArray(), shape.channels());
        return new Batch(shape, input.images(), product);
    }
}
