// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import java.util.Arrays;

/** Pooling over the window positions inside the input. */
record PoolStep(Window window, TensorShape in, TensorShape out) {
    /** Called for every position of a window inside the input. */
    private interface Position {
        /** @param start index of the position's first channel */
        void visit(int start);
    }

    int[] average(AveragePoolLayer layer, int[] codes) {
        int channels = in.channels();
        int[] result = new int[out.elements()];
        int[] sums = new int[channels];
        for (int pixel = 0; pixel < out.pixels(); pixel++) {
            Arrays.fill(sums, 0);
            int count = visit(pixel, start -> {
                for (int c = 0; c < channels; c++) {
                    sums[c] += codes[start + c];
                }
            });
            for (int c = 0; c < channels; c++) {
                int tie = count % 2 == 0 && sums[c] < layer.tieThreshold() * count ? 1 : 0;
                int mean = (sums[c] + count / 2 - tie) / count;
                result[pixel * channels + c] = Step.clamp(mean, layer.low(), layer.high());
            }
        }
        return result;
    }

    /** Of windows that lie wholly inside the input. */
    int[] mean(Requantizer requantizer, int zeroPoint, int[] codes) {
        int channels = in.channels();
        int[] result = new int[out.elements()];
        int[] sums = new int[channels];
        for (int pixel = 0; pixel < out.pixels(); pixel++) {
            Arrays.fill(sums, -window.taps() * zeroPoint);
            visit(pixel, start -> {
                for (int c = 0; c < channels; c++) {
                    sums[c] += codes[start + c];
                }
            });
            requantizer.channel(sums, result, pixel * channels, 1, 0, channels);
        }
        return result;
    }

    int[] max(MaxPoolLayer layer, int[] codes) {
        int channels = in.channels();
        int[] result = new int[out.elements()];
        int[] highest = new int[channels];
        for (int pixel = 0; pixel < out.pixels(); pixel++) {
            Arrays.fill(highest, 0);
            visit(pixel, start -> {
                for (int c = 0; c < channels; c++) {
                    highest[c] = Math.max(highest[c], codes[start + c]);
                }
            });
            for (int c = 0; c < channels; c++) {
                result[pixel * channels + c] = Step.clamp(highest[c], layer.low(), layer.high());
            }
        }
        return result;
    }

    private int visit(int pixel, Position position) {
        int top = pixel / out.width() * window.strideHeight() - window.padTop();
        int left = pixel % out.width() * window.strideWidth() - window.padLeft();
        int count = 0;
        for (int ky = 0; ky < window.kernelHeight(); ky++) {
            int y = top + ky * window.dilationHeight();
            for (int kx = 0; kx < window.kernelWidth(); kx++) {
                int x = left + kx * window.dilationWidth();
                if (y >= 0 && y < in.height() && x >= 0 && x < in.width()) {
                    position.visit((y * in.width() + x) * in.channels());
                    count++;
                }
            }
        }
        return count;
    }
}
