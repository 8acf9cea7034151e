// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.oracle.Oracle;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a network makes of sums and products of its input with the largest of it in each column, and what it refuses. */
class PairLayersTest {
    private static final TensorShape INPUT = new TensorShape(2, 1, 2);
    private static final TensorShape COLUMN = new TensorShape(1, 1, 2);
    private static final Requantization HALVES = new Requantization(Ints.of(1 << 30), 2, 1, 1, 0, 200);

    @Test
    void shouldSubtractWhatIsBroadcast() {
        SumLayer differences = new SumLayer("s", 0, 1, 2, 3, -2, 10, 1, 0, 255);
        // (10 + 3·x − 2·most) >> 1, of columns 1, 5 and 20, 7.
        assertOutput(differences, (10 + 3 - 10) >> 1, (10 + 60 - 40) >> 1, (10 + 15 - 10) >> 1, 0);
    }

    @Test
    void shouldMultiplyWhatIsBroadcastLessZeroPoints() {
        ProductLayer products = new ProductLayer("p", 0, 1, 2, HALVES);
        // (1 + (x − 3)·(most − 3)) >> 1: hi32 of 2^30·4·x is x.
        assertOutput(products, 0, (1 + 17 * 17) >> 1, (1 + 2 * 2) >> 1, (1 + 4 * 17) >> 1);
    }

    @Test
    void shouldRefuseShapesThatDoNotBroadcast() {
        TensorShape wide = new TensorShape(3, 1, 2);
        for (Layer layer :
                List.of(new SumLayer("s", 0, 1, 2, 1, 1, 0, 0, 0, 255), new ProductLayer("p", 0, 1, 2, HALVES))) {
            refuse("shapes of one extent or 1 along each axis, got", layer, wide, INPUT, 8);
            refuse("shape 2x1x2 at layer " + layer.name(), layer, COLUMN, COLUMN, 8);
        }
    }

    @Test
    void shouldRefuseWhatIsNoCode() {
        refuse("codes out of sum s", new SumLayer("s", 0, 1, 2, 1, 1, 0, 0, 0, 255), COLUMN, INPUT, 32);
        refuse("codes out of product p", new ProductLayer("p", 0, 1, 2, HALVES), COLUMN, INPUT, 32);
        refuse("clamps of p within 4 bits", new ProductLayer("p", 0, 1, 2, HALVES), COLUMN, INPUT, 4);
        refuse("clamps of s within 4 bits", new SumLayer("s", 0, 1, 2, 1, 1, 0, 0, 0, 16), COLUMN, INPUT, 4);
        refuse("a right shift from 0 to 24 of s", new SumLayer("s", 0, 1, 2, 1, 1, 0, 25, 0, 255), COLUMN, INPUT, 8);
        Requantization two = new Requantization(Ints.of(1, 2), 0, 1, 1, 0, 200);
        refuse("one multiplier of product p", new ProductLayer("p", 0, 1, 2, two), COLUMN, INPUT, 8);
    }

    private static void assertOutput(Layer layer, int... expected) {
        IntegerNetwork network = network(layer, COLUMN, INPUT, 8);
        assertEquals(network, NetworkFile.read(NetworkFile.write(network)));
        assertArrayEquals(expected, Oracle.of(network).runCodes(new int[] {1, 20, 5, 7}));
    }

    private static void refuse(String reason, Layer layer, TensorShape second, TensorShape output, int bits) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> network(layer, second, output, bits), reason)
                        .getMessage());
        assertTrue(message.startsWith("expected " + reason), message);
    }

    /** The second operand is the largest of each column where it is one row, else the input padded. */
    private static IntegerNetwork network(Layer layer, TensorShape second, TensorShape output, int bits) {
        List<Tensor> tensors = List.of(
                new Tensor("in", INPUT, 8, 3, 0.5),
                new Tensor("other", second, 8, 3, 0.5),
                new Tensor("out", output, bits, 0, 0.25));
        Layer made = second.height() == 1
                ? new MaxPoolLayer("most", 0, 1, Window.of(2, 1), 0, 255)
                : new PadLayer("more", 0, 1, 0, 1, 0, 0);
        return new IntegerNetwork("pairs", tensors, List.of(made, layer), 0, 2);
    }
}
