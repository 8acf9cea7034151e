// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What TensorFlow Lite's reference kernels answer for means that lie between two codes. */
class AveragePoolTest {
    private static final int UINT8 = 0;
    private static final int INT8 = 128;

    @ParameterizedTest(name = "uint8 {0} and {1}: {2}")
    @CsvSource({"0, 1, 1", "126, 127, 127", "127, 128, 128", "128, 129, 129", "254, 255, 255", "3, 5, 4"})
    void shouldRoundTiesUpInUint8(int first, int second, int expected) {
        assertArrayEquals(new int[] {expected}, average(UINT8, first, second));
    }

    /** Codes are 128 above the int8 values: −1 and −2 make −2, 1 and 2 make 2. */
    @ParameterizedTest(name = "int8 {0} and {1}: {2}")
    @CsvSource({"-128, -127, -128", "-2, -1, -2", "-1, 0, -1", "0, 1, 1", "1, 2, 2", "126, 127, 127", "-5, -3, -4"})
    void shouldRoundTiesAwayFromZeroInInt8(int first, int second, int expected) {
        assertArrayEquals(new int[] {expected + INT8}, average(INT8, first + INT8, second + INT8));
    }

    @ParameterizedTest(name = "int8 {0}, {1} and {2}: {3}")
    @CsvSource({"-2, -1, -1, -1", "-2, -2, -1, -2", "0, 0, -1, 0", "1, 1, 2, 1", "1, 2, 2, 2"})
    void shouldRoundThirdsToTheNearest(int first, int second, int third, int expected) {
        assertArrayEquals(new int[] {expected + INT8}, average(INT8, first + INT8, second + INT8, third + INT8));
    }

    private static int[] average(int tieThreshold, int... codes) {
        List<Tensor> tensors = List.of(
                new Tensor("input", new TensorShape(codes.length, 1, 1), 8, 0, 1),
                new Tensor("output", TensorShape.vector(1), 8, 0, 1));
        AveragePoolLayer pool = new AveragePoolLayer("pool", 0, 1, Window.of(codes.length, 1), tieThreshold, 0, 255);
        return Oracle.of(new IntegerNetwork("pool", tensors, List.of(pool), 0, 1))
                .runCodes(codes);
    }
}
