// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

/**
 * Chooses codes of one channel's weights together, so that Σ ŵ·x̂ of the quantized network comes close to Σ w·x of the
 * float one. With H the covariance of x̂ and C that of x̂ and x, the best real weights are w* = H⁻¹·C·w, and codes cost
 * (ŵ − w*)ᵀ·H·(ŵ − w*). Coordinate descent lowers that cost one code at a time, in turn with the best scale.
 */
final class Reconstruction {
    /** Added to H's diagonal, in parts of its mean: keeps rarely active inputs from moving weights far. */
    private static final double LEAST_DAMPING = 0.1;

    /** As well, times weights by rows of the sample: few rows say little about many weights. */
    private static final double DAMPING_OF_WEIGHTS_BY_ROWS = 0.5;

    private static final int SWEEPS = 12;
    private static final int RESCALINGS = 4;

    private final int size;
    private final double[] covariance;
    private final double[] cross;
    private final double damping;
    private final double[] factor;

    Reconstruction(InputStatistics statistics) {
        this.size = statistics.size();
        this.covariance = statistics.quantized().clone();
        this.cross = statistics.cross();
        double trace = 0;
        for (int index = 0; index < size; index++) {
            trace += covariance[index * size + index];
        }
        this.damping = Math.max(damping(size, statistics.rows()) * trace / size, 0x1p-60);
        for (int index = 0; index < size; index++) {
            covariance[index * size + index] += damping;
        }
        this.factor = cholesky(covariance, size);
    }

    static double damping(int weights, int rows) {
        return LEAST_DAMPING + DAMPING_OF_WEIGHTS_BY_ROWS * weights / rows;
    }

    /** w*: what the weights would best be, were they not quantized. */
    double[] target(double[] weights) {
        double[] right = new double[size];
        for (int row = 0; row < size; row++) {
            double sum = damping * weights[row];
            for (int column = 0; column < size; column++) {
                sum += cross[row * size + column] * weights[column];
            }
            right[row] = sum;
        }
        solve(right);
        return right;
    }

    /** Codes on a fixed grid. */
    int[] codes(double[] target, CodeGrid grid) {
        int[] codes = new int[size];
        for (int index = 0; index < size; index++) {
            codes[index] = grid.code(target[index]);
        }
        descend(codes, target, grid);
        return codes;
    }

    /** A grid of at least some scale with codes that cost less, beginning from a grid. */
    Channel channel(double[] target, CodeGrid start, double leastScale) {
        Channel best = judged(start, codes(target, start), target);
        Channel current = best;
        for (int round = 0; round < RESCALINGS; round++) {
            double scale = Math.max(leastScale, bestScale(current, target));
            if (!(scale > 0) || !Double.isFinite(scale)) {
                return best;
            }
            CodeGrid grid = new CodeGrid(start.bits(), scale, start.zeroPoint());
            int[] codes = current.codes.clone();
            descend(codes, target, grid);
            current = judged(grid, codes, target);
            if (current.cost >= best.cost * (1 - 1e-6)) {
                return current.cost < best.cost ? current : best;
            }
            best = current;
        }
        return best;
    }

    /** Codes with their grid. */
    static final class Channel {
        private final CodeGrid grid;
        private final int[] codes;
        private final double cost;

        private Channel(CodeGrid grid, int[] codes, double cost) {
            this.grid = grid;
            this.codes = codes;
            this.cost = cost;
        }

        CodeGrid grid() {
            return grid;
        }

        int[] codes() {
            return codes;
        }

        double cost() {
            return cost;
        }
    }

    private void descend(int[] codes, double[] target, CodeGrid grid) {
        double[] gradient = new double[size];
        for (int index = 0; index < size; index++) {
            addColumn(gradient, index, grid.value(codes[index]) - target[index]);
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean changed = false;
            for (int index = 0; index < size; index++) {
                double value = grid.value(codes[index]);
                int better = grid.code(value - gradient[index] / covariance[index * size + index]);
                if (better != codes[index]) {
                    addColumn(gradient, index, grid.value(better) - value);
                    codes[index] = better;
                    changed = true;
                }
            }
            if (!changed) {
                return;
            }
        }
    }

    private void addColumn(double[] gradient, int index, double difference) {
        int row = index * size;
        for (int other = 0; other < size; other++) {
            gradient[other] += covariance[row + other] * difference;
        }
    }

    private Channel judged(CodeGrid grid, int[] codes, double[] target) {
        double[] error = new double[size];
        double[] product = new double[size];
        for (int index = 0; index < size; index++) {
            error[index] = grid.value(codes[index]) - target[index];
            addColumn(product, index, error[index]);
        }
        return new Channel(grid, codes, dot(error, product));
    }

    /** Of least cost for the codes as they are: (uᵀ·H·w*) / (uᵀ·H·u) with u = code − zero point. */
    private double bestScale(Channel channel, double[] target) {
        double[] steps = new double[size];
        double[] product = new double[size];
        for (int index = 0; index < size; index++) {
            steps[index] = channel.codes[index] - channel.grid.zeroPoint();
            addColumn(product, index, steps[index]);
        }
        return dot(product, target) / dot(product, steps);
    }

    private static double dot(double[] left, double[] right) {
        double sum = 0;
        for (int index = 0; index < left.length; index++) {
            sum += left[index] * right[index];
        }
        return sum;
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

    private void solve(double[] right) {
        for (int row = 0; row < size; row++) {
            double sum = right[row];
            for (int k = 0; k < row; k++) {
                sum -= factor[row * size + k] * right[k];
            }
            right[row] = sum / factor[row * size + row];
        }
        for (int row = size - 1; row >= 0; row--) {
            right[row] /= factor[row * size + row];
            for (int k = 0; k < row; k++) {
                right[k] -= factor[row * size + k] * right[row];
            }
        }
    }
}
