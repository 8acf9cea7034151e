// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.oracle.Oracle;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a network makes of a lookup and what it refuses: a table that is not as long as the input has codes, other codes. */
class LookupLayerTest {
    private static final TensorShape SHAPE = TensorShape.vector(4);

    @Test
    void shouldAnswerWithWhatStandsInTheTable() {
        IntegerNetwork network = network(SHAPE, 4, 9, 9, 0, 15);
        assertArrayEquals(new int[] {0, 9, 15, 9}, Oracle.of(network).runCodes(new int[] {2, 0, 3, 1}));
    }

    @Test
    void shouldHaveACodeForEachOfTheInput() {
        refuse("4 codes in the table of lookup l, got [3]", SHAPE, 4, 1, 2, 3);
        refuse("4 codes in the table of lookup l, got [5]", SHAPE, 4, 1, 2, 3, 4, 5);
        refuse("4 codes in the table of lookup l, got [0]", SHAPE, 4);
    }

    @Test
    void shouldAnswerWithCodesOfItsOutput() {
        refuse("codes from 0 to 15 in the table of lookup l, got [[1, 2, 3, 16]]", SHAPE, 4, 1, 2, 3, 16);
        refuse("codes from 0 to 15 in the table of lookup l, got [[-1, 2, 3, 4]]", SHAPE, 4, -1, 2, 3, 4);
        refuse("codes out of lookup l", SHAPE, 32, 1, 2, 3, 4);
    }

    @Test
    void shouldKeepTheShape() {
        refuse("shape " + SHAPE + " at layer l", TensorShape.vector(3), 4, 1, 2, 3, 4);
    }

    private static void refuse(String reason, TensorShape shape, int bits, int... codes) {
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> network(shape, bits, codes), reason)
                        .getMessage());
        assertTrue(message.startsWith("expected " + reason), message);
    }

    private static IntegerNetwork network(TensorShape shape, int bits, int... codes) {
        List<Tensor> tensors = List.of(new Tensor("in", SHAPE, 2, 1, 0.5), new Tensor("out", shape, bits, 0, 0.25));
        LookupLayer lookup = new LookupLayer("l", 0, 1, Ints.of(codes));
        IntegerNetwork network = new IntegerNetwork("lookup", tensors, List.of(lookup), 0, 1);
        assertEquals(network, NetworkFile.read(NetworkFile.write(network)));
        return network;
    }
}
