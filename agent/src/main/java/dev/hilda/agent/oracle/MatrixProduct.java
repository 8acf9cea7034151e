package dev.hilda.agent.oracle;

/**
 * {@code C[m][n] += Σ_k A[m][k]·B[k][n]} in int32 arithmetic modulo 2^32, which is exact whenever the result fits.
 * Rows are arrays of their own so that the compiler can turn the loop over {@code n} into vector instructions.
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
        int row = 0;
        for (; row + 2 <= rows; row += 2) {
            twoRows(c[row], c[row + 1], a[row], a[row + 1], b, depth, columns);
        }
        if (row < rows) {
            oneRow(c[row], a[row], b, depth, columns);
        }
    }

    private static void twoRows(int[] c0, int[] c1, int[] a0, int[] a1, int[][] b, int depth, int columns) {
        for (int k = 0; k < depth; k += DEPTH_UNIT) {
            twoRowsByFour(c0, c1, a0, a1, k, b[k], b[k + 1], b[k + 2], b[k + 3], columns);
        }
    }

    private static void twoRowsByFour(
            int[] c0, int[] c1, int[] a0, int[] a1, int k, int[] b0, int[] b1, int[] b2, int[] b3, int columns) {
        int a00 = a0[k];
        int a01 = a0[k + 1];
        int a02 = a0[k + 2];
        int a03 = a0[k + 3];
        int a10 = a1[k];
        int a11 = a1[k + 1];
        int a12 = a1[k + 2];
        int a13 = a1[k + 3];
        for (int n = 0; n < columns; n++) {
            c0[n] += a00 * b0[n] + a01 * b1[n] + a02 * b2[n] + a03 * b3[n];
            c1[n] += a10 * b0[n] + a11 * b1[n] + a12 * b2[n] + a13 * b3[n];
        }
    }

    private static void oneRow(int[] c, int[] a, int[][] b, int depth, int columns) {
        for (int k = 0; k < depth; k += DEPTH_UNIT) {
            oneRowByFour(c, a, k, b[k], b[k + 1], b[k + 2], b[k + 3], columns);
        }
    }

    private static void oneRowByFour(int[] c, int[] a, int k, int[] b0, int[] b1, int[] b2, int[] b3, int columns) {
        int a0 = a[k];
        int a1 = a[k + 1];
        int a2 = a[k + 2];
        int a3 = a[k + 3];
        for (int n = 0; n < columns; n++) {
            c[n] += a0 * b0[n] + a1 * b1[n] + a2 * b2[n] + a3 * b3[n];
        }
    }
}
