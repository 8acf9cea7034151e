// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.MatrixProducts;
import dev.hilda.host.tensor.Patches;

/**
 * Derivatives of Σ w·x + bias by the weights, in their own order, and by the inputs. A convolution's are matrix products
 * over its patches (im2col).
 */
final class WeightedGradients implements Operator.WeightedVisitor<float[]> {
    private final Batch input;
    private final float[] outer;
    private final boolean withInput;
    private float[] ofInput = new float[0];

    /**
     * @param outer derivative by the sums: one for each image, position and output channel
     * @param withInput whether the derivative by the inputs is wanted
     */
    WeightedGradients(Batch input, float[] outer, boolean withInput) {
        this.input = input;
        this.outer = outer;
        this.withInput = withInput;
    }

    /** By the inputs; known after the weights'. */
    float[] ofInput() {
        return ofInput;
    }

    @Override
    public float[] convolution(Operator.Convolution operator) {
        Window window = operator.window();
        boolean isPointwise = isPointwise(window);
        int channels = operator.outputChannels();
        int rows = outer.length / channels;
        float[] patches = isPointwise ? input.values() : Patches.of(input, window, 0, input.images());
        if (withInput) {
            int columns = patches.length / rows;
            float[] transposed = transposed(operator.weights().toArray(), channels, columns);
            float[] ofPatches = MatrixProducts.timesTransposed(outer, rows, transposed, columns);
            ofInput = isPointwise ? ofPatches : gathered(ofPatches, window);
        }
        return MatrixProducts.transposedTimes(outer, patches, rows);
    }

    private static boolean isPointwise(Window window) {
        return window.taps() == 1
                && window.strideHeight() == 1
                && window.strideWidth() == 1
                && window.padTop() == 0
                && window.padLeft() == 0;
    }

    private float[] gathered(float[] ofPatches, Window window) {
        TensorShape shape = input.shape();
        TensorShape out = window.outputShape(shape, 1);
        float[] sums = new float[input.values().length];
        int columns = Patches.columns(window, shape);
        int row = 0;
        for (int image = 0; image < input.images(); image++) {
            for (int y = 0; y < out.height(); y++) {
                for (int x = 0; x < out.width(); x++) {
                    Patches.add(ofPatches, row++ * columns, sums, shape, window, image, y, x);
                }
            }
        }
        return sums;
    }

    @Override
    public float[] depthwise(Operator.Depthwise operator) {
        float[] weights = operator.weights().toArray();
        float[] slopes = new float[weights.length];
        ofInput = new float[withInput ? input.values().length : 0];
        TensorShape out = operator.window().outputShape(input.shape(), 1);
        for (int image = 0; image < input.images(); image++) {
            for (int y = 0; y < out.height(); y++) {
                for (int x = 0; x < out.width(); x++) {
                    position(operator, weights, slopes, image, y, x, (image * out.height() + y) * out.width() + x);
                }
            }
        }
        return slopes;
    }

    private void position(
            Operator.Depthwise operator, float[] weights, float[] slopes, int image, int y, int x, int pixel) {
        Window window = operator.window();
        TensorShape shape = input.shape();
        int outputs = operator.outputChannels();
        for (int kernelY = 0; kernelY < window.kernelHeight(); kernelY++) {
            int inputY = y * window.strideHeight() + kernelY * window.dilationHeight() - window.padTop();
            for (int kernelX = 0; kernelX < window.kernelWidth(); kernelX++) {
                int inputX = x * window.strideWidth() + kernelX * window.dilationWidth() - window.padLeft();
                if (inputY >= 0 && inputY < shape.height() && inputX >= 0 && inputX < shape.width()) {
                    int read = ((image * shape.height() + inputY) * shape.width() + inputX) * shape.channels();
                    int tap = (kernelY * window.kernelWidth() + kernelX) * outputs;
                    tap(weights, slopes, read, tap, pixel * outputs, outputs / shape.channels(), outputs);
                }
            }
        }
    }

    private void tap(float[] weights, float[] slopes, int read, int tap, int made, int multiplier, int outputs) {
        float[] values = input.values();
        if (multiplier != 1) {
            for (int channel = 0; channel < outputs; channel++) {
                slopes[tap + channel] += outer[made + channel] * values[read + channel / multiplier];
                if (withInput) {
                    ofInput[read + channel / multiplier] += outer[made + channel] * weights[tap + channel];
                }
            }
            return;
        }
        for (int channel = 0; channel < outputs; channel++) {
            slopes[tap + channel] += outer[made + channel] * values[read + channel];
        }
        for (int channel = 0; withInput && channel < outputs; channel++) {
            ofInput[read + channel] += outer[made + channel] * weights[tap + channel];
        }
    }

    @Override
    public float[] fullyConnected(Operator.FullyConnected operator) {
        int outputs = operator.outputChannels();
        if (withInput) {
            float[] transposed = transposed(
                    operator.weights().toArray(), outputs, operator.weights().extent(1));
            ofInput = MatrixProducts.timesTransposed(
                    outer, input.images(), transposed, operator.weights().extent(1));
        }
        return MatrixProducts.transposedTimes(outer, input.values(), input.images());
    }

    private static float[] transposed(float[] matrix, int rows, int columns) {
        float[] result = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                result[column * rows + row] = matrix[row * columns + column];
            }
        }
        return result;
    }
}
