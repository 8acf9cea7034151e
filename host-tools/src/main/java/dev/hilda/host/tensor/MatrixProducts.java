// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Products of row-major float32 matrices. Each element is summed in one order, the order of its terms, by one thread and
 * without fused operations, so that a result depends on its operands alone: not on the number of threads, nor on what
 * vectors the CPU has. Weights are rounded by such sums, and a network must be the same wherever it is made.
 *
 * <p>The inner loop adds four scaled vectors to one, which HotSpot turns into vector instructions: by itself it does
 * 11 to 18 billion multiplications a second on a core of an AMD EPYC, with 128 to 512 lanes.
 */
public final class MatrixProducts {
    private static final int TERMS_AT_A_TIME = 4;

    /** Floats of a block that stays in a core's second-level cache. */
    private static final int BLOCK_FLOATS = 1 << 16;

    /** Sides of what is transposed at a time. */
    private static final int SQUARE = 16;

    private static final int LEAST_LANES = 128;
    private static final int MOST_LANES = 512;

    private MatrixProducts() {}

    /**
     * A·Bᵀ.
     *
     * @param a rowsA × n
     * @param b rowsB × n
     * @return rowsA × rowsB
     */
    public static float[] timesTransposed(float[] a, int rowsA, float[] b, int rowsB) {
        int terms = a.length / rowsA;
        int lanes = Math.min(rowsA, Math.max(LEAST_LANES, Math.min(MOST_LANES, BLOCK_FLOATS / terms)));
        float[] result = new float[Math.multiplyExact(rowsA, rowsB)];
        IntStream.range(0, (rowsA + lanes - 1) / lanes).parallel().forEach(block -> {
            int first = block * lanes;
            int count = Math.min(lanes, rowsA - first);
            float[][] columns = columns(a, terms, first, count);
            float[] sums = new float[count];
            for (int row = 0; row < rowsB; row++) {
                Arrays.fill(sums, 0);
                addScaled(sums, columns, b, row * terms, 0);
                for (int lane = 0; lane < count; lane++) {
                    result[(first + lane) * rowsB + row] = sums[lane];
                }
            }
        });
        return result;
    }

    /**
     * Aᵀ·B.
     *
     * @param a rows × m
     * @param b rows × n
     * @return m × n
     */
    public static float[] transposedTimes(float[] a, float[] b, int rows) {
        return transposedTimes(a, b, rows, false);
    }

    /**
     * Aᵀ·A, for half the work.
     *
     * @param a rows × m
     * @return m × m
     */
    public static float[] transposedTimesItself(float[] a, int rows) {
        return transposedTimes(a, a, rows, true);
    }

    private static float[] transposedTimes(float[] a, float[] b, int rows, boolean isSymmetric) {
        int rowsOfResult = a.length / rows;
        int columns = b.length / rows;
        int block = Math.max(TERMS_AT_A_TIME, BLOCK_FLOATS / columns / TERMS_AT_A_TIME * TERMS_AT_A_TIME);
        float[] transposed = transposed(a, rows);
        float[][] result = new float[rowsOfResult][columns];
        for (int first = 0; first < rows; first += block) {
            int from = first;
            float[][] terms = rows(b, columns, first, Math.min(block, rows - first));
            IntStream.range(0, rowsOfResult)
                    .parallel()
                    .forEach(
                            row -> addScaled(result[row], terms, transposed, row * rows + from, isSymmetric ? row : 0));
        }
        float[] flat = new float[rowsOfResult * columns];
        for (int row = 0; row < rowsOfResult; row++) {
            for (int column = 0; column < columns; column++) {
                boolean mirrored = isSymmetric && column < row;
                flat[row * columns + column] = mirrored ? result[column][row] : result[row][column];
            }
        }
        return flat;
    }

    /** sums += Σ scales[firstScale + i] · vectors[i], one term after the other, from one lane on. */
    private static void addScaled(float[] sums, float[][] vectors, float[] scales, int firstScale, int firstLane) {
        int term = 0;
        for (; term + TERMS_AT_A_TIME <= vectors.length; term += TERMS_AT_A_TIME) {
            int scale = firstScale + term;
            addFour(
                    sums,
                    vectors,
                    term,
                    scales[scale],
                    scales[scale + 1],
                    scales[scale + 2],
                    scales[scale + 3],
                    firstLane);
        }
        for (; term < vectors.length; term++) {
            float[] vector = vectors[term];
            float scale = scales[firstScale + term];
            for (int lane = firstLane; lane < sums.length; lane++) {
                sums[lane] += scale * vector[lane];
            }
        }
    }

    /** Two results at a time, or eight terms, are no longer vectorized: a fifth of the speed. */
    private static void addFour(
            float[] sums,
            float[][] vectors,
            int term,
            float scale0,
            float scale1,
            float scale2,
            float scale3,
            int first) {
        float[] vector0 = vectors[term];
        float[] vector1 = vectors[term + 1];
        float[] vector2 = vectors[term + 2];
        float[] vector3 = vectors[term + 3];
        for (int lane = first; lane < sums.length; lane++) {
            sums[lane] = sums[lane]
                    + scale0 * vector0[lane]
                    + scale1 * vector1[lane]
                    + scale2 * vector2[lane]
                    + scale3 * vector3[lane];
        }
    }

    private static float[][] columns(float[] matrix, int columns, int firstRow, int rows) {
        float[][] taken = new float[columns][rows];
        for (int row = 0; row < rows; row++) {
            int source = (firstRow + row) * columns;
            for (int column = 0; column < columns; column++) {
                taken[column][row] = matrix[source + column];
            }
        }
        return taken;
    }

    private static float[][] rows(float[] matrix, int columns, int firstRow, int rows) {
        float[][] taken = new float[rows][];
        for (int row = 0; row < rows; row++) {
            int start = (firstRow + row) * columns;
            taken[row] = Arrays.copyOfRange(matrix, start, start + columns);
        }
        return taken;
    }

    /** By squares: whole columns would find none of their lines in a cache again. */
    private static float[] transposed(float[] matrix, int rows) {
        int columns = matrix.length / rows;
        float[] result = new float[matrix.length];
        for (int firstRow = 0; firstRow < rows; firstRow += SQUARE) {
            int endRow = Math.min(rows, firstRow + SQUARE);
            for (int firstColumn = 0; firstColumn < columns; firstColumn += SQUARE) {
                int endColumn = Math.min(columns, firstColumn + SQUARE);
                for (int row = firstRow; row < endRow; row++) {
                    for (int column = firstColumn; column < endColumn; column++) {
                        result[column * rows + row] = matrix[row * columns + column];
                    }
                }
            }
        }
        return result;
    }
}
