// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.MatrixProducts;
import dev.hilda.host.tensor.Patches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Covariances of what the weights of one output channel are multiplied with, over a sample of output positions.
 */
final class InputStatistics {
    /** Rows of patches that are looked at, spread over all images and positions. */
    private static final int MAX_ROWS = 1 << 14;

    private static final int MIN_ROWS_PER_WEIGHT = 16;
    private static final int ROWS_AT_A_TIME = 1 << 11;

    private final int size;
    private final double[] quantized;
    private final double[] cross;

    /**
     * @param size n, weights of a channel
     * @param quantized n × n, of the quantized network's inputs: Σ x̂·x̂ᵀ without their means, by the number of rows
     * @param cross n × n, Σ x̂·xᵀ with the float network's inputs x
     */
    InputStatistics(int size, double[] quantized, double[] cross) {
        this.size = size;
        this.quantized = quantized;
        this.cross = cross;
    }

    int size() {
        return size;
    }

    double[] quantized() {
        return quantized;
    }

    double[] cross() {
        return cross;
    }

    /** Statistics per output channel, or one entry for all output channels of a convolution. */
    static List<InputStatistics> of(Operator.Weighted operator, Batch quantized, Batch exact) {
        return operator.accept(new Operator.WeightedVisitor<List<InputStatistics>>() {
            @Override
            public List<InputStatistics> convolution(Operator.Convolution convolution) {
                Rows rows = new Rows(convolution.window(), quantized.shape(), quantized.images());
                return List.of(covariance(rows.of(quantized), rows.of(exact), rows.count, rows.columns));
            }

            @Override
            public List<InputStatistics> depthwise(Operator.Depthwise depthwise) {
                return perChannel(depthwise, quantized, exact);
            }

            @Override
            public List<InputStatistics> fullyConnected(Operator.FullyConnected dense) {
                throw new QuantizationException("expected a convolution of a canonical graph, got " + dense);
            }
        });
    }

    private static List<InputStatistics> perChannel(Operator.Depthwise operator, Batch quantized, Batch exact) {
        Rows rows = new Rows(operator.window(), quantized.shape(), quantized.images());
        float[] quantizedRows = rows.of(quantized);
        float[] exactRows = rows.of(exact);
        int channels = quantized.shape().channels();
        int taps = operator.window().taps();
        int multiplier = operator.outputChannels() / channels;
        List<InputStatistics> statistics = new ArrayList<>();
        for (int channel = 0; channel < channels; channel++) {
            float[] one = column(quantizedRows, rows.count * taps, channels, channel);
            float[] other = column(exactRows, rows.count * taps, channels, channel);
            InputStatistics found = covariance(one, other, rows.count, taps);
            for (int copy = 0; copy < multiplier; copy++) {
                statistics.add(found);
            }
        }
        return statistics;
    }

    private static float[] column(float[] values, int count, int channels, int channel) {
        float[] column = new float[count];
        for (int index = 0; index < count; index++) {
            column[index] = values[index * channels + channel];
        }
        return column;
    }

    private static InputStatistics covariance(float[] quantized, float[] exact, int rows, int columns) {
        center(quantized, rows, columns);
        center(exact, rows, columns);
        double[] own = new double[columns * columns];
        double[] cross = new double[columns * columns];
        for (int first = 0; first < rows; first += ROWS_AT_A_TIME) {
            int count = Math.min(ROWS_AT_A_TIME, rows - first);
            float[] left = Arrays.copyOfRange(quantized, first * columns, (first + count) * columns);
            float[] right = Arrays.copyOfRange(exact, first * columns, (first + count) * columns);
            add(own, MatrixProducts.transposedTimesItself(left, count), rows);
            add(cross, MatrixProducts.transposedTimes(left, right, count), rows);
        }
        return new InputStatistics(columns, own, cross);
    }

    private static void add(double[] sums, float[] products, int rows) {
        for (int index = 0; index < sums.length; index++) {
            sums[index] += (double) products[index] / rows;
        }
    }

    private static void center(float[] values, int rows, int columns) {
        double[] means = new double[columns];
        for (int index = 0; index < values.length; index++) {
            means[index % columns] += values[index];
        }
        for (int index = 0; index < values.length; index++) {
            values[index] -= (float) (means[index % columns] / rows);
        }
    }

    /** The same sample of output positions in every batch of one shape. */
    private static final class Rows {
        private final Window window;
        private final TensorShape outputs;
        private final int perImage;
        private final int images;
        private final int count;
        private final int columns;

        Rows(Window window, TensorShape input, int images) {
            this.window = window;
            this.images = images;
            this.outputs = window.outputShape(input, 1);
            this.columns = Patches.columns(window, input);
            int wanted = Math.max(MAX_ROWS, columns * MIN_ROWS_PER_WEIGHT);
            this.perImage = Math.min(outputs.pixels(), (wanted + images - 1) / images);
            this.count = perImage * images;
        }

        float[] of(Batch input) {
            float[] rows = new float[Math.multiplyExact(count, columns)];
            for (int image = 0; image < images; image++) {
                for (int index = 0; index < perImage; index++) {
                    int position = position(image, index);
                    int target = (image * perImage + index) * columns;
                    Patches.copy(
                            input, window, image, position / outputs.width(), position % outputs.width(), rows, target);
                }
            }
            return rows;
        }

        /** Evenly spread over the image, beginning elsewhere in each. */
        private int position(int image, int index) {
            long offset = (long) image * 7919 % outputs.pixels();
            return (int) ((offset + (long) index * outputs.pixels() / perImage) % outputs.pixels());
        }
    }
}
