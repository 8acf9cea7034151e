// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.Arrays;

/**
 * Convolution as a matrix product of weights and patches. The vector axis is the longer one: pixels where the map is
 * large, output channels where it is small (a fully connected layer has one pixel).
 */
final class ConvolutionStep implements Step {
    /** Columns of a tile: a few rows of it and the sums stay in the first-level cache. */
    private static final int TILE = 256;

    private final int input;
    private final Window window;
    private final TensorShape in;
    private final TensorShape out;
    private final int inputZeroPoint;
    private final int[] bias;
    private final Requantizer requantizer;

    /** Products per output, rounded up; the rest is 0. */
    private final int depth;

    private final boolean overPixels;

    /** Zero points subtracted: {@code [o][k]} over pixels, else tiles of channels {@code [tile][k][o]}. */
    private final int[][][] weights;

    ConvolutionStep(ConvolutionLayer layer, Tensor in, Tensor out) {
        this.input = layer.input();
        this.window = layer.window();
        this.in = in.shape();
        this.out = out.shape();
        this.inputZeroPoint = in.zeroPoint();
        this.bias = Step.bias(layer);
        this.requantizer = new Requantizer(layer.requantization());
        int products = window.taps() * in.shape().channels();
        int unit = MatrixProduct.DEPTH_UNIT;
        this.depth = (products + unit - 1) / unit * unit;
        this.overPixels = out.shape().pixels() > out.shape().channels();
        this.weights = overPixels
                ? new int[][][] {byChannel(layer.weights(), products)}
                : byProduct(layer.weights(), products);
    }

    private int[][] byChannel(WeightCodes codes, int products) {
        int[][] result = new int[codes.outputChannels()][depth];
        for (int o = 0; o < result.length; o++) {
            for (int k = 0; k < products; k++) {
                result[o][k] = codes.code(o * products + k) - codes.zeroPoint(o);
            }
        }
        return result;
    }

    private int[][][] byProduct(WeightCodes codes, int products) {
        int channels = codes.outputChannels();
        int[][][] result = new int[(channels + TILE - 1) / TILE][][];
        for (int tile = 0; tile < result.length; tile++) {
            int first = tile * TILE;
            result[tile] = new int[depth][Math.min(TILE, channels - first)];
            for (int k = 0; k < products; k++) {
                for (int i = 0; i < result[tile][k].length; i++) {
                    result[tile][k][i] = codes.code((first + i) * products + k) - codes.zeroPoint(first + i);
                }
            }
        }
        return result;
    }

    @Override
    public int[] run(int[][] tensors) {
        int[] result = new int[out.elements()];
        if (overPixels) {
            alongPixels(tensors[input], result);
        } else {
            alongChannels(tensors[input], result);
        }
        return result;
    }

    private void alongPixels(int[] codes, int[] result) {
        int channels = out.channels();
        int[][] planes = planes(codes);
        int[][] patches = new int[depth][Math.min(TILE, out.pixels())];
        int[][] sums = new int[channels][Math.min(TILE, out.pixels())];
        for (int first = 0; first < out.pixels(); first += TILE) {
            int count = Math.min(TILE, out.pixels() - first);
            gather(planes, first, count, patches);
            for (int o = 0; o < channels; o++) {
                Arrays.fill(sums[o], bias[o]);
            }
            MatrixProduct.accumulate(sums, weights[0], channels, patches, depth, count);
            for (int o = 0; o < channels; o++) {
                requantizer.channel(sums[o], result, first * channels + o, channels, o, count);
            }
        }
    }

    /** The input less its zero point, a plane per channel, so that a row of a patch is a run of a plane. */
    private int[][] planes(int[] codes) {
        int channels = in.channels();
        int[][] planes = new int[channels][in.pixels()];
        for (int c = 0; c < channels; c++) {
            int[] plane = planes[c];
            for (int i = 0; i < plane.length; i++) {
                plane[i] = codes[i * channels + c] - inputZeroPoint;
            }
        }
        return planes;
    }

    /** Rows {@code [k]} of the values that output pixels {@code first …} multiply with weight {@code k}. */
    private void gather(int[][] planes, int first, int count, int[][] patches) {
        for (int tap = 0; tap < window.taps(); tap++) {
            int dy = tap / window.kernelWidth() * window.dilationHeight() - window.padTop();
            int dx = tap % window.kernelWidth() * window.dilationWidth() - window.padLeft();
            for (int done = 0; done < count; ) {
                int y = (first + done) / out.width();
                int x = (first + done) % out.width();
                int run = Math.min(count - done, out.width() - x);
                int row = y * window.strideHeight() + dy;
                for (int c = 0; c < planes.length; c++) {
                    int[] target = patches[tap * planes.length + c];
                    if (row < 0 || row >= in.height()) {
                        Arrays.fill(target, done, done + run, 0);
                    } else {
                        gatherRow(planes[c], row, x * window.strideWidth() + dx, target, done, run);
                    }
                }
                done += run;
            }
        }
    }

    private void gatherRow(int[] plane, int row, int column, int[] target, int to, int count) {
        int stride = window.strideWidth();
        int start = row * in.width();
        int before = column >= 0 ? 0 : Math.min(count, (-column + stride - 1) / stride);
        int last = in.width() - 1 - column;
        int inside = last < 0 ? before : Math.max(before, Math.min(count, last / stride + 1));
        Arrays.fill(target, to, to + before, 0);
        if (stride == 1 && inside > before) {
            System.arraycopy(plane, start + column + before, target, to + before, inside - before);
        } else {
            for (int i = before; i < inside; i++) {
                target[to + i] = plane[start + column + i * stride];
            }
        }
        Arrays.fill(target, to + inside, to + count, 0);
    }

    private void alongChannels(int[] codes, int[] result) {
        int pixels = out.pixels();
        int[] values = new int[codes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = codes[i] - inputZeroPoint;
        }
        int[][] patches = patches(values);
        for (int tile = 0; tile < weights.length; tile++) {
            int first = tile * TILE;
            int count = weights[tile][0].length;
            int[][] sums = new int[pixels][];
            for (int pixel = 0; pixel < pixels; pixel++) {
                sums[pixel] = Arrays.copyOfRange(bias, first, first + count);
            }
            MatrixProduct.accumulate(sums, patches, pixels, weights[tile], depth, count);
            for (int pixel = 0; pixel < pixels; pixel++) {
                requantizer.pixel(sums[pixel], 0, result, pixel * out.channels() + first, first, count);
            }
        }
    }

    private int[][] patches(int[] values) {
        int channels = in.channels();
        int[][] patches = new int[out.pixels()][depth];
        for (int pixel = 0; pixel < patches.length; pixel++) {
            int top = pixel / out.width() * window.strideHeight() - window.padTop();
            int left = pixel % out.width() * window.strideWidth() - window.padLeft();
            for (int tap = 0; tap < window.taps(); tap++) {
                int y = top + tap / window.kernelWidth() * window.dilationHeight();
                int x = left + tap % window.kernelWidth() * window.dilationWidth();
                if (y >= 0 && y < in.height() && x >= 0 && x < in.width()) {
                    int from = (y * in.width() + x) * channels;
                    System.arraycopy(values, from, patches[pixel], tap * channels, channels);
                }
            }
        }
        return patches;
    }
}
