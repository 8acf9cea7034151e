// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.oracle.Oracle;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a network makes of a prelu and what it refuses. */
class PreluLayerTest {
    private static final TensorShape SHAPE = new TensorShape(1, 3, 2);

    /** Between shifts of 3 to the left and 1 to the right. */
    private static final int ONE = 1 << 30;

    /** Zero points 2 and 5; below 2 slopes of 1/2 and −3/2, whose halves go down. */
    @Test
    void shouldMultiplyNegativeCodesByTheirChannelsSlope() {
        IntegerNetwork network = network(SHAPE, 4, ONE, ONE / 2, -3 * (ONE / 2));
        assertArrayEquals(new int[] {5, 5, 6, 5, 4, 8}, Oracle.of(network).runCodes(new int[] {2, 2, 3, 2, 0, 0}));
        assertArrayEquals(new int[] {4, 6, 5, 6, 6, 6}, Oracle.of(network).runCodes(new int[] {1, 1, 2, 3, 3, 3}));
    }

    @Test
    void shouldHaveAMultiplierForEachChannel() {
        refuse("2 multipliers of prelu p, got [3]", SHAPE, 4, 0, 1, 2, 3);
        refuse("2 multipliers of prelu p, got [1]", SHAPE, 4, 0, 1);
    }

    @Test
    void shouldHaveCodesOfTheInputsShape() {
        refuse("a multiplier of at least 0 of p, got [-1]", SHAPE, 4, -1, 1, 2);
        refuse("codes out of prelu p", SHAPE, 32, 0, 1, 2);
        refuse("clamps of p within 2 bits", SHAPE, 2, 0, 1, 2);
        refuse("shape " + SHAPE + " at layer p", TensorShape.vector(2), 4, 0, 1, 2);
    }

    /** Kinds 15 and 16 are of no layer. */
    @Test
    void shouldNotReadAKindThatThereIsNot() {
        byte[] bytes = NetworkFile.write(network(SHAPE, 4, 1, 2, 3));
        // Its name, two tensors, the multiplier and the requantization; the input's and the output's number.
        int kindAt = bytes.length - 4 - (4 + 4 + 2 * 4 + 2 + 3 * 4) - 4 - 3 - 1;
        assertEquals(17, bytes[kindAt]);
        bytes[kindAt] = 15;
        assertThrows(NetworkFormatException.class, () -> NetworkFile.read(bytes));
    }

    private static void refuse(String reason, TensorShape shape, int bits, int multiplier, int... multipliers) {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> network(shape, bits, multiplier, multipliers), reason)
                .getMessage());
        assertTrue(message.startsWith("expected " + reason), message);
    }

    private static IntegerNetwork network(TensorShape shape, int bits, int multiplier, int... multipliers) {
        List<Tensor> tensors =
                List.of(new Tensor("in", SHAPE, 2, 2, 0.5), new Tensor("out", shape, bits, bits == 4 ? 5 : 0, 0.25));
        Requantization to = new Requantization(Ints.of(multipliers), 3, 1, 5 << 1, 0, 15);
        PreluLayer prelu = new PreluLayer("p", 0, 1, multiplier, to);
        IntegerNetwork network = new IntegerNetwork("prelu", tensors, List.of(prelu), 0, 1);
        assertEquals(network, NetworkFile.read(NetworkFile.write(network)));
        return network;
    }
}
