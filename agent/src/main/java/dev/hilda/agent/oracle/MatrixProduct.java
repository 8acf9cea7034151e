// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

/**
 * {@code C[m][n] += Σ_k A[m][k]·B[k][n]} in int32 arithmetic modulo 2^32, which is exact whenever the result fits.
 * Rows are arrays of their own so that the compiler can turn the loop over {@code n} into vector instructions; a
 * loop with one store and four products ran twice as fast as one with two stores or eight products.
 */
final class MatrixProduct {
    /** K is a multiple of it; unused entries of {@code A} are 0. */
    static final int DEPTH_UNIT = 4;

    private MatrixProduct() {}

    /**
     * @param a rows of at least {@code depth}
     * @param b at least {@code depth} rows of at least {@code columns}
     * @param depth multiple of {@link #DEPTH_UNIT}
     */
    static void accumulate(int[][] c, int[][] a, int rows, int[][] b, int depth, int columns) {
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < depth; k += DEPTH_UNIT) {
                byFour(c[row], a[row], b, k, columns);
            }
        }
    }

    private static void byFour(int[] c, int[] a, int[][] b, int k, int columns) {
        int[] b0 = b[k];
        int[] b1 = b[k + 1];
        int[] b2 = b[k + 2];
        int[] b3 = b[k + 3];
        int a0 = a[k];
        int a1 = a[k + 1];
        int a2 = a[k + 2];
        int a3 = a[k + 3];
        for (int n = 0; n < columns; n++) {
            c[n] += a0 * b0[n] + a1 * b1[n] + a2 * b2[n] + a3 * b3[n];
        }
    }
}
