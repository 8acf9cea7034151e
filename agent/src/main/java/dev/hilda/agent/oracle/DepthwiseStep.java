// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;

/** Depthwise convolution; the inner loop runs over channels. */
final class DepthwiseStep implements Step {
    private final int input;
    private final Window window;
    private final TensorShape in;
    private final TensorShape out;
    private final int inputZeroPoint;
    private final int[] bias;
    private final Requantizer requantizer;

    /** Per tap, one weight an output channel, zero point subtracted. */
    private final int[][] weights;

    DepthwiseStep(DepthwiseLayer layer, Tensor in, Tensor out) {
        this.input = layer.input();
        this.window = layer.window();
        this.in = in.shape();
        this.out = out.shape();
        this.inputZeroPoint = in.zeroPoint();
        this.bias = Step.bias(layer);
        this.requantizer = new Requantizer(layer.requantization());
        int channels = out.shape().channels();
        this.weights = new int[window.taps()][channels];
        for (int tap = 0; tap < weights.length; tap++) {
            for (int o = 0; o < channels; o++) {
                weights[tap][o] = layer.weights().code(tap * channels + o)
                        - layer.weights().zeroPoint(o);
            }
        }
    }

    @Override
    public int[] run(int[][] tensors) {
        int channels = out.channels();
        int[] values = widened(tensors[input]);
        int[] result = new int[out.elements()];
        int[] sums = new int[channels];
        for (int pixel = 0; pixel < out.pixels(); pixel++) {
            System.arraycopy(bias, 0, sums, 0, channels);
            int top = pixel / out.width() * window.strideHeight() - window.padTop();
            int left = pixel % out.width() * window.strideWidth() - window.padLeft();
            for (int tap = 0; tap < weights.length; tap++) {
                int y = top + tap / window.kernelWidth() * window.dilationHeight();
                int x = left + tap % window.kernelWidth() * window.dilationWidth();
                if (y >= 0 && y < in.height() && x >= 0 && x < in.width()) {
                    accumulate(sums, values, (y * in.width() + x) * channels, weights[tap]);
                }
            }
            requantizer.pixel(sums, 0, result, pixel * channels, 0, channels);
        }
        return result;
    }

    private static void accumulate(int[] sums, int[] values, int start, int[] weights) {
        for (int c = 0; c < sums.length; c++) {
            sums[c] += values[start + c] * weights[c];
        }
    }

    /** Codes less the zero point, each input channel as often as output channels read it. */
    private int[] widened(int[] codes) {
        int multiplier = out.channels() / in.channels();
        int[] values = new int[Math.multiplyExact(codes.length, multiplier)];
        if (multiplier == 1) {
            for (int i = 0; i < values.length; i++) {
                values[i] = codes[i] - inputZeroPoint;
            }
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = codes[i / multiplier] - inputZeroPoint;
            }
        }
        return values;
    }
}
