// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.Operator;
import dev.hilda.host.tensor.MatrixProducts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Covariances of what the weights of one output channel are multiplied with, over a sample of output positions.
 */
final class InputStatistics {
    private static final int ROWS_AT_A_TIME = 1 << 11;

    private final int size;
    private final int rows;
    private final double[] quantized;
    private final double[] cross;

    /**
     * @param size n, weights of a channel
     * @param rows output positions in the sample
     * @param quantized n × n, of the quantized network's inputs: Σ x̂·x̂ᵀ without their means, by the number of rows
     * @param cross n × n, Σ x̂·xᵀ with the float network's inputs x
     */
    InputStatistics(int size, int rows, double[] quantized, double[] cross) {
        this.size = size;
        this.rows = rows;
        this.quantized = quantized;
        this.cross = cross;
    }

    int size() {
        return size;
    }

    int rows() {
        return rows;
    }

    double[] quantized() {
        return quantized;
    }

    double[] cross() {
        return cross;
    }

    /** Statistics per output channel, or one entry for all output channels of a convolution. */
    static List<InputStatistics> of(LayerInputs inputs) {
        PatchSample sample = new PatchSample(inputs.window(), inputs.quantized(), inputs.images());
        float[] quantized = sample.rows(inputs.quantized());
        float[] exact = sample.rows(inputs.exact());
        return inputs.operator().channelsInnermost()
                ? perChannel(inputs.operator(), inputs.quantized().shape().channels(), quantized, exact, sample.count())
                : List.of(covariance(quantized, exact, sample.count(), sample.columns()));
    }

    private static List<InputStatistics> perChannel(
            Operator.Weighted operator, int channels, float[] quantized, float[] exact, int rows) {
        int taps = quantized.length / rows / channels;
        int multiplier = operator.outputChannels() / channels;
        List<InputStatistics> statistics = new ArrayList<>();
        for (int channel = 0; channel < channels; channel++) {
            float[] one = column(quantized, rows * taps, channels, channel);
            float[] other = column(exact, rows * taps, channels, channel);
            InputStatistics found = covariance(one, other, rows, taps);
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
        return new InputStatistics(columns, rows, own, cross);
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
}
