// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** To the bit, against sums of one term after the other; sizes lie on both sides of all that is done in blocks. */
class MatrixProductsTest {
    private static final int CASES = 12;

    static LongStream seeds() {
        long seed = System.nanoTime();
        return LongStream.range(seed, seed + CASES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldSumProductsOfRowsInTheOrderOfTheirTerms(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        int rowsA = random.nextInt(1, 1200);
        int rowsB = random.nextInt(1, 20);
        int terms = random.nextInt(1, 700);
        float[] a = values(random, rowsA * terms);
        float[] b = values(random, rowsB * terms);
        float[] expected = new float[rowsA * rowsB];
        for (int row = 0; row < rowsA; row++) {
            for (int other = 0; other < rowsB; other++) {
                for (int term = 0; term < terms; term++) {
                    expected[row * rowsB + other] += a[row * terms + term] * b[other * terms + term];
                }
            }
        }
        assertArrayEquals(expected, MatrixProducts.timesTransposed(a, rowsA, b, rowsB));
        assertArrayEquals(expected, onOneThread(() -> MatrixProducts.timesTransposed(a, rowsA, b, rowsB)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldSumProductsOfColumnsInTheOrderOfTheirTerms(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        int rows = random.nextInt(1, 3000);
        int m = random.nextInt(1, 60);
        int n = random.nextInt(1, 60);
        float[] a = values(random, rows * m);
        float[] b = values(random, rows * n);
        assertArrayEquals(columnProducts(a, m, b, n, rows), MatrixProducts.transposedTimes(a, b, rows));
        assertArrayEquals(columnProducts(a, m, a, m, rows), MatrixProducts.transposedTimesItself(a, rows));
        assertArrayEquals(
                columnProducts(a, m, b, n, rows), onOneThread(() -> MatrixProducts.transposedTimes(a, b, rows)));
    }

    private static float[] columnProducts(float[] a, int m, float[] b, int n, int rows) {
        float[] sums = new float[m * n];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    sums[i * n + j] += a[row * m + i] * b[row * n + j];
                }
            }
        }
        return sums;
    }

    private static float[] onOneThread(Callable<float[]> product) throws Exception {
        ForkJoinPool pool = new ForkJoinPool(1);
        try {
            return pool.submit(product).get();
        } finally {
            pool.shutdown();
        }
    }

    private static float[] values(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) (random.nextDouble() - 0.3);
        }
        return values;
    }
}
