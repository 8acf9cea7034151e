// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.InterpolateLayer.Positions;
import dev.hilda.agent.oracle.Oracle;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a network makes of positions between its rows and columns, and what it refuses. */
class InterpolateLayerTest {
    private static final TensorShape INPUT = new TensorShape(2, 2, 1);
    private static final Positions FIRST = positions(Ints.of(0), Ints.of(1), 0);
    private static final Positions MIDDLE = positions(Ints.of(0), Ints.of(1), 512);

    @Test
    void shouldWeighFourCodes() {
        assertOutput(FIRST, FIRST, 0, 10, 10, 20, 30, 100);
        assertOutput(positions(Ints.of(0), Ints.of(1), 1024), FIRST, 0, 30, 10, 20, 30, 100);
        assertOutput(FIRST, positions(Ints.of(0), Ints.of(1), 1024), 0, 20, 10, 20, 30, 100);
        assertOutput(MIDDLE, MIDDLE, 0, 40, 10, 20, 30, 100);
        // 3/4 of the upper row, 1/4 of the right column: (10·3 + 20)/16 + 3·(30·3 + 100)/16 = 38.75.
        assertOutput(
                positions(Ints.of(0), Ints.of(1), 768), positions(Ints.of(0), Ints.of(1), 256), 0, 39, 10, 20, 30, 100);
    }

    @Test
    void shouldRoundTiesAwayFromTheThreshold() {
        for (int threshold : new int[] {0, 11, 128}) {
            assertOutput(MIDDLE, FIRST, threshold, threshold <= 10 ? 11 : 10, 10, 0, 11, 0);
        }
        assertOutput(MIDDLE, FIRST, 10, 11, 10, 0, 11, 0);
        assertOutput(MIDDLE, FIRST, 255, 0, 0, 0, 1, 0);
        assertOutput(MIDDLE, FIRST, 128, 254, 254, 0, 253, 0);
        assertOutput(MIDDLE, MIDDLE, 255, 255, 255, 255, 255, 255);
    }

    @Test
    void shouldRefusePositionsOutside() {
        refuse("rows of i from 0 to 1, got [[2]]", positions(Ints.of(2), Ints.of(0), 0), FIRST, 0);
        refuse("columns of i from 0 to 1, got [[-1]]", FIRST, positions(Ints.of(0), Ints.of(-1), 0), 0);
        refuse("fractions of i from 0 to 1024, got [[1025]]", FIRST, positions(Ints.of(0), Ints.of(1), 1025), 0);
        refuse("fractions of i from 0 to 1024, got [[-1]]", positions(Ints.of(0), Ints.of(1), -1), FIRST, 0);
        refuse("a tie threshold up to 255 of i, got [256]", FIRST, FIRST, 256);
    }

    @Test
    void shouldRefuseListsOfOtherLengths() {
        String reason = "an upper index and a fraction for each of 1 rows of i";
        refuse(reason, positions(Ints.of(0), Ints.of(1, 1), 0), FIRST, 0);
        refuse(reason, positions(Ints.of(0), Ints.of(1), 0, 0), FIRST, 0);
        refuse("1 to 65535 columns of i, got [0]", FIRST, positions(Ints.of(), Ints.of(), 0), 0);
    }

    private static Positions positions(Ints lower, Ints upper, int... fractions) {
        return new Positions(lower, upper, Ints.of(fractions));
    }

    private static void assertOutput(Positions rows, Positions columns, int threshold, int expected, int... codes) {
        IntegerNetwork network = network(rows, columns, threshold);
        assertEquals(network, NetworkFile.read(NetworkFile.write(network)));
        assertArrayEquals(new int[] {expected}, Oracle.of(network).runCodes(codes));
    }

    private static void refuse(String reason, Positions rows, Positions columns, int threshold) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> network(rows, columns, threshold), reason)
                        .getMessage());
        assertTrue(message.startsWith("expected " + reason), message);
    }

    private static IntegerNetwork network(Positions rows, Positions columns, int threshold) {
        List<Tensor> tensors =
                List.of(new Tensor("in", INPUT, 8, 3, 0.5), new Tensor("out", TensorShape.vector(1), 8, 3, 0.5));
        InterpolateLayer layer = new InterpolateLayer("i", 0, 1, rows, columns, threshold);
        return new IntegerNetwork("interpolate", tensors, List.of(layer), 0, 1);
    }
}
