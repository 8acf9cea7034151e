// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.oracle.Oracle;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a network makes of chosen rows, columns and channels, and what it refuses. */
class GatherLayerTest {
    private static final TensorShape INPUT = new TensorShape(2, 3, 2);
    private static final Ints ROWS = Ints.of(0, 1);
    private static final Ints COLUMNS = Ints.of(0, 1, 2);
    private static final Ints CHANNELS = Ints.of(0, 1);
    private static final int[] CODES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

    @Test
    void shouldTakeEachAxisInAnyOrder() {
        assertOutput(ROWS, COLUMNS, CHANNELS, CODES);
        assertOutput(Ints.of(1), COLUMNS, CHANNELS, 7, 8, 9, 10, 11, 12);
        assertOutput(Ints.of(1, 0, 1), Ints.of(2), CHANNELS, 11, 12, 5, 6, 11, 12);
        assertOutput(ROWS, Ints.of(2, 0), CHANNELS, 5, 6, 1, 2, 11, 12, 7, 8);
        assertOutput(Ints.of(0), Ints.of(0, 1), Ints.of(1, 1, 0), 2, 2, 1, 4, 4, 3);
    }

    @Test
    void shouldRefuseIndicesOutside() {
        TensorShape one = TensorShape.vector(1);
        refuse("rows of g from 0 to 1, got [[2]]", one, 4, Ints.of(2), Ints.of(0), Ints.of(0));
        refuse("columns of g from 0 to 2, got [[-1]]", one, 4, Ints.of(0), Ints.of(-1), Ints.of(0));
        refuse("channels of g from 0 to 1, got [[2]]", one, 4, Ints.of(0), Ints.of(0), Ints.of(2));
    }

    @Test
    void shouldRefuseNoIndexAndTooMany() {
        TensorShape one = TensorShape.vector(1);
        refuse("1 to 65535 rows of g, got [0]", one, 4, Ints.of(), Ints.of(0), Ints.of(0));
        TensorShape most = TensorShape.vector(65_536);
        refuse("1 to 65535 channels of g, got [65536]", most, 4, Ints.of(0), Ints.of(0), Ints.of(new int[65_536]));
    }

    @Test
    void shouldRefuseAnInputThatIndicesCannotName() {
        Tensor input = new Tensor("in", TensorShape.vector(65_536), 4, 0, 0.5);
        refuse(
                "1 to 65535 channels of g in its input, got [65536]",
                () -> network(input, TensorShape.vector(1), 4, Ints.of(0), Ints.of(0), Ints.of(0)));
    }

    @Test
    void shouldRefuseAnotherShapeOrQuantization() {
        refuse("shape 2x3x2 at layer g", new TensorShape(2, 2, 2), 4, ROWS, COLUMNS, CHANNELS);
        refuse("layer g to keep bits, scale and zero point", INPUT, 8, ROWS, COLUMNS, CHANNELS);
    }

    private static void assertOutput(Ints rows, Ints columns, Ints channels, int... expected) {
        TensorShape shape = new TensorShape(rows.size(), columns.size(), channels.size());
        IntegerNetwork network = network(input(), shape, 4, rows, columns, channels);
        assertEquals(network, NetworkFile.read(NetworkFile.write(network)));
        assertArrayEquals(expected, Oracle.of(network).runCodes(CODES));
    }

    private static void refuse(String reason, TensorShape shape, int bits, Ints rows, Ints columns, Ints channels) {
        refuse(reason, () -> network(input(), shape, bits, rows, columns, channels));
    }

    private static void refuse(String reason, Runnable made) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, made::run, reason).getMessage());
        assertTrue(message.startsWith("expected " + reason), message);
    }

    private static Tensor input() {
        return new Tensor("in", INPUT, 4, 0, 0.5);
    }

    private static IntegerNetwork network(
            Tensor input, TensorShape shape, int bits, Ints rows, Ints columns, Ints channels) {
        List<Tensor> tensors = List.of(input, new Tensor("out", shape, bits, 0, 0.5));
        return new IntegerNetwork(
                "gather", tensors, List.of(new GatherLayer("g", 0, 1, rows, columns, channels)), 0, 1);
    }
}
