// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chooses codes of one channel's weights together, so that Σ ŵ·x̂ of the quantized network comes close to Σ w·x of the
 * float one. With H the covariance of x̂ and C that of x̂ and x, the best real weights are w* = H⁻¹·C·w, and codes cost
 * (ŵ − w*)ᵀ·H·(ŵ − w*).
 *
 * <p>Codes are first chosen one weight after the other, each making up for the errors of those before it: with H = L·Lᵀ that
 * is the nearest plane algorithm of Babai, which is what GPTQ computes (Frantar et al. 2022, arXiv 2210.17323; Chen et al.
 * 2025, arXiv 2507.18553), beginning with the weight of the largest variance. Coordinate descent then lowers the cost one
 * code at a time, in turn with the best scale.
 */
final class Reconstruction {
    /** Added to H's diagonal, in parts of its mean: keeps rarely active inputs from moving weights far. */
    private static final double LEAST_DAMPING = 0.1;

    /** As well, times weights by rows of the sample: few rows say little about many weights. */
    private static final double DAMPING_OF_WEIGHTS_BY_ROWS = 0.5;

    private static final int SWEEPS = 12;
    private static final int RESCALINGS = 3;

    /** A round that saves less of the cost is the last. */
    private static final double LEAST_GAIN = 1e-4;

    private final int size;

    /** By place in the order in which all of the following is: the weight's own index. The largest variance is last. */
    private final int[] order;

    private final double[] covariance;

    /** Of x and x̂, row by row those of one weight of the float network. */
    private final double[] cross;

    private final double damping;
    private final double[] factor;
    private final double[] transposedFactor;

    Reconstruction(InputStatistics statistics) {
        this.size = statistics.size();
        double[] natural = statistics.quantized();
        this.order = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble(index -> natural[index * size + index]))
                .mapToInt(index -> index)
                .toArray();
        this.covariance = ordered(natural);
        this.cross = transposed(ordered(statistics.cross()));
        double trace = 0;
        for (int index = 0; index < size; index++) {
            trace += covariance[index * size + index];
        }
        this.damping = Math.max(damping(size, statistics.rows()) * trace / size, 0x1p-60);
        for (int index = 0; index < size; index++) {
            covariance[index * size + index] += damping;
        }
        this.factor = cholesky(covariance, size);
        this.transposedFactor = transposed(factor);
    }

    static double damping(int weights, int rows) {
        return LEAST_DAMPING + DAMPING_OF_WEIGHTS_BY_ROWS * weights / rows;
    }

    private double[] ordered(double[] matrix) {
        double[] permuted = new double[matrix.length];
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                permuted[row * size + column] = matrix[order[row] * size + order[column]];
            }
        }
        return permuted;
    }

    private double[] transposed(double[] matrix) {
        double[] result = new double[matrix.length];
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                result[column * size + row] = matrix[row * size + column];
            }
        }
        return result;
    }

    /** w*: what the weights would best be, were they not quantized. */
    Target target(double[] weights) {
        double[] right = new double[size];
        for (int index = 0; index < size; index++) {
            double weight = weights[order[index]];
            add(right, cross, index, weight, size);
            right[index] += damping * weight;
        }
        solve(right);
        return new Target(right);
    }

    /** Real weights for which codes are sought. */
    final class Target {
        private final double[] values;

        private Target(double[] values) {
            this.values = values;
        }

        /** In their own order. */
        double[] weights() {
            double[] weights = new double[size];
            for (int index = 0; index < size; index++) {
                weights[order[index]] = values[index];
            }
            return weights;
        }

        /** Codes on a fixed grid. */
        int[] codes(CodeGrid grid) {
            return new Search(this, planes(values, grid)).descended().channel().codes();
        }

        /** A grid of at least some scale with codes that cost little, beginning from the best of some. */
        Channel channel(List<CodeGrid> starts, double leastScale) {
            Start best = planes(values, starts.get(0));
            for (CodeGrid grid : starts.subList(1, starts.size())) {
                Start other = planes(values, grid);
                best = other.cost < best.cost ? other : best;
            }
            Search search = new Search(this, best).descended();
            for (int round = 0; round < RESCALINGS; round++) {
                double before = search.cost();
                double scale = Math.max(leastScale, search.bestScale());
                if (!(scale > 0) || !Double.isFinite(scale)) {
                    return search.channel();
                }
                Search rescaled = search.at(scale).descended();
                if (rescaled.cost() >= before * (1 - LEAST_GAIN)) {
                    return (rescaled.cost() < before ? rescaled : search).channel();
                }
                search = rescaled;
            }
            return search.channel();
        }
    }

    /** Codes with their grid, in the weights' own order. */
    static final class Channel {
        private final CodeGrid grid;
        private final int[] codes;

        private Channel(CodeGrid grid, int[] codes) {
            this.grid = grid;
            this.codes = codes;
        }

        CodeGrid grid() {
            return grid;
        }

        int[] codes() {
            return codes;
        }
    }

    /** Codes from which descent begins. */
    private static final class Start {
        private final CodeGrid grid;
        private final int[] codes;
        private final double cost;

        Start(CodeGrid grid, int[] codes, double cost) {
            this.grid = grid;
            this.codes = codes;
            this.cost = cost;
        }
    }

    /** The nearest plane algorithm: the last weight first. */
    private Start planes(double[] target, CodeGrid grid) {
        int[] codes = new int[size];
        double[] sums = new double[size];
        double cost = 0;
        for (int index = size - 1; index >= 0; index--) {
            double own = factor[index * size + index];
            double wanted = target[index] - sums[index] / own;
            codes[index] = grid.code(wanted);
            double value = grid.value(codes[index]);
            double left = own * (value - wanted);
            cost += left * left;
            add(sums, factor, index, value - target[index], index);
        }
        return new Start(grid, codes, cost);
    }

    /** Coordinate descent from some codes on. */
    private final class Search {
        private final Target target;
        private final CodeGrid grid;
        private final int[] codes;

        /** H·(ŵ − w*). */
        private final double[] gradient = new double[size];

        Search(Target target, Start start) {
            this(target, start.grid, start.codes);
        }

        private Search(Target target, CodeGrid grid, int[] codes) {
            this.target = target;
            this.grid = grid;
            this.codes = codes;
            for (int index = 0; index < size; index++) {
                add(gradient, covariance, index, error(index), size);
            }
        }

        private double error(int index) {
            return grid.value(codes[index]) - target.values[index];
        }

        Search at(double scale) {
            return new Search(target, new CodeGrid(grid.bits(), scale, grid.zeroPoint()), codes.clone());
        }

        Search descended() {
            boolean changed = true;
            for (int sweep = 0; changed && sweep < SWEEPS; sweep++) {
                changed = false;
                for (int index = size - 1; index >= 0; index--) {
                    double value = grid.value(codes[index]);
                    int better = grid.code(value - gradient[index] / covariance[index * size + index]);
                    if (better != codes[index]) {
                        codes[index] = better;
                        add(gradient, covariance, index, grid.value(better) - value, size);
                        changed = true;
                    }
                }
            }
            return this;
        }

        double cost() {
            double cost = 0;
            for (int index = 0; index < size; index++) {
                cost += error(index) * gradient[index];
            }
            return cost;
        }

        /** Of least cost for the codes as they are: (uᵀ·H·w*) / (uᵀ·H·u) with u = code − zero point. */
        double bestScale() {
            double[] product = new double[size];
            for (int index = 0; index < size; index++) {
                add(product, covariance, index, steps(index), size);
            }
            double above = 0;
            double below = 0;
            for (int index = 0; index < size; index++) {
                above += product[index] * target.values[index];
                below += product[index] * steps(index);
            }
            return above / below;
        }

        private double steps(int index) {
            return (double) codes[index] - grid.zeroPoint();
        }

        Channel channel() {
            int[] own = new int[size];
            for (int index = 0; index < size; index++) {
                own[order[index]] = codes[index];
            }
            return new Channel(grid, own);
        }
    }

    /** sums += factor · the first {@code count} of a matrix's row. */
    private void add(double[] sums, double[] matrix, int row, double factor, int count) {
        int first = row * size;
        for (int index = 0; index < count; index++) {
            sums[index] += factor * matrix[first + index];
        }
    }

    /** Lower triangle L with L·Lᵀ = matrix, which is positive definite. */
    private static double[] cholesky(double[] matrix, int size) {
        double[] lower = new double[size * size];
        for (int row = 0; row < size; row++) {
            for (int column = 0; column <= row; column++) {
                double sum = matrix[row * size + column];
                for (int k = 0; k < column; k++) {
                    sum -= lower[row * size + k] * lower[column * size + k];
                }
                lower[row * size + column] = row == column
                        ? Math.sqrt(Math.max(sum, 1e-9 * matrix[row * size + row]))
                        : sum / lower[column * size + column];
            }
        }
        return lower;
    }

    /** right ← (L·Lᵀ)⁻¹·right, by columns. */
    private void solve(double[] right) {
        for (int index = 0; index < size; index++) {
            right[index] /= factor[index * size + index];
            double found = right[index];
            int first = index * size;
            for (int after = index + 1; after < size; after++) {
                right[after] -= transposedFactor[first + after] * found;
            }
        }
        for (int index = size - 1; index >= 0; index--) {
            right[index] /= factor[index * size + index];
            add(right, factor, index, -right[index], index);
        }
    }
}
