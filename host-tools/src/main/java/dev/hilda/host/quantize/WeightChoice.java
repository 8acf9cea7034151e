// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Grids and codes of one layer's weights, before its bias. */
final class WeightChoice {
    /** Above it, solving for all weights of a channel at once takes minutes. */
    private static final int MAX_RECONSTRUCTED = 1536;

    /** The error of weights with more bits is far below that of activations. */
    private static final int MAX_RECONSTRUCTED_BITS = 4;

    private static final double[] STARTS = {1.1, 1, 0.9, 0.8, 0.7, 0.6};

    private final LayerWeights weights;
    private final int bits;
    private final QuantizeOptions options;
    private final CodeGrid[] grids;
    private final int[][] codes;

    /**
     * @param leastScales per channel, below which the layer's bias would not fit
     */
    WeightChoice(LayerInputs inputs, int bits, QuantizeOptions options, double[] leastScales) {
        this.weights = new LayerWeights(inputs.operator());
        this.bits = bits;
        this.options = options;
        this.grids = new CodeGrid[weights.channels()];
        this.codes = new int[weights.channels()][];
        chooseGrids(leastScales);
        boolean reconstructed = options.rounding() == WeightRounding.RECONSTRUCTION
                && bits <= MAX_RECONSTRUCTED_BITS
                && weights.perChannel() <= MAX_RECONSTRUCTED;
        if (reconstructed) {
            reconstruct(InputStatistics.of(inputs), leastScales);
        } else {
            for (int channel = 0; channel < grids.length; channel++) {
                CodeGrid grid = grids[channel];
                codes[channel] = Arrays.stream(weights.channel(channel))
                        .mapToInt(grid::code)
                        .toArray();
            }
        }
    }

    CodeGrid[] grids() {
        return grids;
    }

    int[][] codes() {
        return codes;
    }

    /** What a channel's codes stand for. */
    double[] values(int channel) {
        return Arrays.stream(codes[channel]).mapToDouble(grids[channel]::value).toArray();
    }

    LayerWeights weights() {
        return weights;
    }

    private void chooseGrids(double[] leastScales) {
        if (options.variant().isPerChannel()) {
            IntStream.range(0, grids.length)
                    .parallel()
                    .forEach(channel -> grids[channel] = widened(grid(weights.channel(channel)), leastScales[channel]));
            giveEmptyChannelsAnOrdinaryScale(leastScales);
        } else {
            double[] all = new double[weights.channels() * weights.perChannel()];
            for (int channel = 0; channel < grids.length; channel++) {
                System.arraycopy(
                        weights.channel(channel), 0, all, channel * weights.perChannel(), weights.perChannel());
            }
            double least = Arrays.stream(leastScales).max().orElseThrow();
            Arrays.fill(grids, widened(grid(all), least));
        }
    }

    private CodeGrid grid(double[] values) {
        return RangeSearch.best(
                bits,
                Arrays.stream(values).min().orElseThrow(),
                Arrays.stream(values).max().orElseThrow(),
                grid -> squaredError(values, grid));
    }

    /** A channel of zeros would have the range 0 → 1 and by far the largest multiplier of its layer. */
    private void giveEmptyChannelsAnOrdinaryScale(double[] leastScales) {
        double largest = 0;
        for (int channel = 0; channel < grids.length; channel++) {
            largest = isEmpty(channel) ? largest : Math.max(largest, grids[channel].scale());
        }
        for (int channel = 0; channel < grids.length; channel++) {
            if (isEmpty(channel) && largest > 0) {
                grids[channel] = new CodeGrid(bits, Math.max(largest, leastScales[channel]), 0);
            }
        }
    }

    private boolean isEmpty(int channel) {
        return Arrays.stream(weights.channel(channel)).allMatch(value -> value == 0);
    }

    private void reconstruct(List<InputStatistics> statistics, double[] leastScales) {
        Reconstruction shared = new Reconstruction(statistics.get(0));
        IntStream.range(0, grids.length).parallel().forEach(channel -> {
            Reconstruction solver = statistics.size() == 1 ? shared : new Reconstruction(statistics.get(channel));
            Reconstruction.Target target = solver.target(weights.channel(channel));
            if (options.variant().isPerChannel() && !isEmpty(channel)) {
                Reconstruction.Channel found =
                        target.channel(starts(target.weights(), leastScales[channel]), leastScales[channel]);
                grids[channel] = found.grid();
                codes[channel] = found.codes();
            } else {
                codes[channel] = target.codes(grids[channel]);
            }
        });
    }

    /** Around the grid of the least error of the weights themselves. */
    private List<CodeGrid> starts(double[] target, double leastScale) {
        CodeGrid nearest = grid(target);
        return Arrays.stream(STARTS)
                .mapToObj(part -> widened(new CodeGrid(bits, nearest.scale() * part, nearest.zeroPoint()), leastScale))
                .toList();
    }

    private static CodeGrid widened(CodeGrid grid, double leastScale) {
        return grid.scale() >= leastScale ? grid : new CodeGrid(grid.bits(), leastScale, grid.zeroPoint());
    }

    private static double squaredError(double[] values, CodeGrid grid) {
        double error = 0;
        for (double value : values) {
            double difference = grid.nearest(value) - value;
            error += difference * difference;
        }
        return error;
    }
}
