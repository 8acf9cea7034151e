// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RangesTest {
    private static final int ROWS = 1000;

    @Test
    void shouldFindQuantilesHoweverTheRangeGrows() {
        Histogram histogram = new Histogram();
        for (int scale : new int[] {1, 10, 1000}) {
            float[] values = new float[10_000];
            for (int index = 0; index < values.length; index++) {
                values[index] = scale * (index / 5000f - 1);
            }
            histogram.add(values);
        }
        assertEquals(-1000, histogram.least());
        assertEquals(999.8, histogram.largest(), 1e-3);
        assertEquals(-400, histogram.quantile(0.1), 1);
        assertEquals(400, histogram.quantile(0.9), 1);
    }

    @Test
    void shouldRefuseValuesThatAreNoNumbers() {
        assertThrows(QuantizationException.class, () -> new Histogram().add(new float[] {1, Float.NaN}));
        assertThrows(QuantizationException.class, () -> new Histogram().add(new float[] {Float.POSITIVE_INFINITY}));
    }

    @Test
    void shouldClipOutliersOnlyWhereBitsAreFew() {
        Histogram histogram = new Histogram();
        float[] values = new float[100_000];
        Random random = new Random(3);
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) Math.abs(random.nextGaussian());
        }
        values[7] = 6;
        histogram.add(values);
        CodeGrid eight = RangeSearch.best(8, 0, 6, histogram::squaredError);
        CodeGrid two = RangeSearch.best(2, 0, 6, histogram::squaredError);
        assertEquals(0, eight.zeroPoint());
        assertEquals(0, two.zeroPoint());
        assertTrue(eight.scale() * 255 > 4, eight::toString);
        assertTrue(two.scale() * 3 < 2.5, two::toString);
    }

    /** Every change of a single code. */
    @Property(tries = 40)
    void shouldReconstructAtLeastAsWellAsAnySingleCodeCould(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 12) int size) {
        Random random = new Random(seed);
        double[] covariance = covariance(random, size);
        double[] weights = random.doubles(size, -1, 1).toArray();
        Reconstruction reconstruction = new Reconstruction(new InputStatistics(size, ROWS, covariance, covariance));
        Reconstruction.Target target = reconstruction.target(weights);
        assertArrayEquals(weights, target.weights(), 1e-6);
        CodeGrid grid = CodeGrid.ofRange(4, -1, 1);
        int[] codes = target.codes(grid);
        double reached = cost(covariance, weights, codes, grid);
        for (int index = 0; index < size; index++) {
            for (int step = -1; step <= 1; step += 2) {
                int[] other = codes.clone();
                other[index] = Math.min(15, Math.max(0, other[index] + step));
                assertTrue(reached <= cost(covariance, weights, other, grid) * (1 + 1e-9));
            }
        }
    }

    /** Of inputs that go together, as those of a deep layer do: 30 channels of 24 weights. */
    @Test
    void shouldCostFarLessThanRoundedWeightsWithTheBestOfSingleChanges() {
        int size = 24;
        CodeGrid grid = CodeGrid.ofRange(4, -1, 1);
        double reached = 0;
        double descended = 0;
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            double[] covariance = correlated(random, size);
            double[] weights = random.doubles(size, -1, 1).toArray();
            Reconstruction reconstruction = new Reconstruction(new InputStatistics(size, ROWS, covariance, covariance));
            int[] codes = reconstruction.target(weights).codes(grid);
            reached += cost(covariance, weights, codes, grid);
            descended += cost(covariance, weights, improved(covariance, weights, grid), grid);
        }
        assertTrue(reached < 0.8 * descended, reached + " of " + descended);
    }

    /** Rounded, and then changed by one code at a time wherever that costs less. */
    private static int[] improved(double[] covariance, double[] weights, CodeGrid grid) {
        int[] codes = Arrays.stream(weights).mapToInt(grid::code).toArray();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int index = 0; index < codes.length; index++) {
                for (int step = -1; step <= 1; step += 2) {
                    int[] other = codes.clone();
                    other[index] = Math.min(CodeGrid.highest(grid.bits()), Math.max(0, other[index] + step));
                    if (cost(covariance, weights, other, grid) < cost(covariance, weights, codes, grid) * (1 - 1e-9)) {
                        codes = other;
                        changed = true;
                    }
                }
            }
        }
        return codes;
    }

    /** Each input is nearly the one before it, and something of its own. */
    private static double[] correlated(Random random, int size) {
        double[] covariance = new double[size * size];
        for (int row = 0; row < 400; row++) {
            double[] values = new double[size];
            for (int index = 0; index < size; index++) {
                values[index] = random.nextGaussian() + (index == 0 ? 0 : 0.97 * values[index - 1]);
            }
            for (int cell = 0; cell < covariance.length; cell++) {
                covariance[cell] += values[cell / size] * values[cell % size];
            }
        }
        return covariance;
    }

    private static double[] covariance(Random random, int size) {
        double[] rows = random.doubles((long) size * size * 2, -1, 1).toArray();
        double[] covariance = new double[size * size];
        for (int index = 0; index < rows.length / size; index++) {
            for (int cell = 0; cell < covariance.length; cell++) {
                covariance[cell] += rows[index * size + cell / size] * rows[index * size + cell % size];
            }
        }
        return covariance;
    }

    /** With the damping that the search adds to the diagonal. */
    private static double cost(double[] covariance, double[] weights, int[] codes, CodeGrid grid) {
        int size = weights.length;
        double trace = 0;
        for (int index = 0; index < size; index++) {
            trace += covariance[index * size + index];
        }
        double cost = 0;
        for (int cell = 0; cell < covariance.length; cell++) {
            double left = grid.value(codes[cell / size]) - weights[cell / size];
            double right = grid.value(codes[cell % size]) - weights[cell % size];
            double damping = cell / size == cell % size ? Reconstruction.damping(size, ROWS) * trace / size : 0;
            cost += left * (covariance[cell] + damping) * right;
        }
        return cost;
    }
}
