// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Products of row-major float32 matrices, on ND4J. Its arrays live outside the Java heap and are closed at once, so that
 * memory stays bounded by the operands.
 */
public final class MatrixProducts {
    static {
        TensorRuntime.start(System.getenv());
    }

    private MatrixProducts() {}

    /**
     * A·Bᵀ.
     *
     * @param a rowsA × n
     * @param b rowsB × n
     * @return rowsA × rowsB
     */
    public static float[] timesTransposed(float[] a, int rowsA, float[] b, int rowsB) {
        return product(a, rowsA, b, rowsB, false, rowsA, rowsB);
    }

    /**
     * Aᵀ·B.
     *
     * @param a rows × m
     * @param b rows × n
     * @return m × n
     */
    public static float[] transposedTimes(float[] a, float[] b, int rows) {
        return product(a, rows, b, rows, true, a.length / rows, b.length / rows);
    }

    private static float[] product(
            float[] a, int rowsA, float[] b, int rowsB, boolean transposeFirst, int rows, int columns) {
        try (INDArray left = matrix(a, rowsA);
                INDArray right = matrix(b, rowsB);
                INDArray result = Nd4j.create(DataType.FLOAT, new long[] {rows, columns}, 'c')) {
            // gemm wants its result in column-major order, so it computes the transpose.
            INDArray transposed = result.transpose();
            if (transposeFirst) {
                Nd4j.gemm(right, left, transposed, true, false, 1, 0);
            } else {
                Nd4j.gemm(right, left, transposed, false, true, 1, 0);
            }
            return result.data().asFloat();
        }
    }

    private static INDArray matrix(float[] values, int rows) {
        return Nd4j.create(values, new long[] {rows, values.length / rows}, 'c');
    }
}
