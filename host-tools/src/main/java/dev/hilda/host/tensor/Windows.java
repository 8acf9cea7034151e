// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;

/** Padding, pooling and patches: everything that slides without multiplying by weights. */
final class Windows {
    private Windows() {}

    /** The input surrounded by zeros; the input itself where nothing is added. */
    static Batch pad(Batch input, int top, int bottom, int left, int right) {
        if (top == 0 && bottom == 0 && left == 0 && right == 0) {
            return input;
        }
        TensorShape from = input.shape();
        TensorShape to = new TensorShape(from.height() + top + bottom, from.width() + left + right, from.channels());
        float[] padded = new float[Math.multiplyExact(input.images(), to.elements())];
        int rowValues = from.width() * from.channels();
        for (int image = 0; image < input.images(); image++) {
            for (int y = 0; y < from.height(); y++) {
                int source = (image * from.height() + y) * rowValues;
                int target = ((image * to.height() + y + top) * to.width() + left) * to.channels();
                System.arraycopy(input.values(), source, padded, target, rowValues);
            }
        }
        return new Batch(to, input.images(), padded);
    }

    /** Mean or maximum over the positions inside the input. */
    static Batch pool(Batch input, Window window, TensorShape shape, Activation activation, boolean mean) {
        float[] pooled = new float[Math.multiplyExact(input.images(), shape.elements())];
        for (int image = 0; image < input.images(); image++) {
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++) {
                    int target = ((image * shape.height() + y) * shape.width() + x) * shape.channels();
                    poolPosition(input, image, window, y, x, mean, activation, pooled, target);
                }
            }
        }
        return new Batch(shape, input.images(), pooled);
    }

    private static void poolPosition(
            Batch input,
            int image,
            Window window,
            int y,
            int x,
            boolean mean,
            Activation activation,
            float[] pooled,
            int target) {
        TensorShape shape = input.shape();
        double[] results = new double[shape.channels()];
        int positions = 0;
        for (int kernelY = 0; kernelY < window.kernelHeight(); kernelY++) {
            int inputY = y * window.strideHeight() + kernelY * window.dilationHeight() - window.padTop();
            for (int kernelX = 0; kernelX < window.kernelWidth(); kernelX++) {
                int inputX = x * window.strideWidth() + kernelX * window.dilationWidth() - window.padLeft();
                if (inputY < 0 || inputY >= shape.height() || inputX < 0 || inputX >= shape.width()) {
                    continue;
                }
                int source = ((image * shape.height() + inputY) * shape.width() + inputX) * shape.channels();
                for (int channel = 0; channel < results.length; channel++) {
                    float value = input.values()[source + channel];
                    boolean first = positions == 0;
                    results[channel] = mean || first ? results[channel] + value : Math.max(results[channel], value);
                }
                positions++;
            }
        }
        for (int channel = 0; channel < results.length; channel++) {
            double result = mean ? results[channel] / positions : results[channel];
            pooled[target + channel] = (float) activation.of(result);
        }
    }
}
