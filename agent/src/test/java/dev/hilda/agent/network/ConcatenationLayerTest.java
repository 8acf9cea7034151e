// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.oracle.Oracle;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a network makes of a concatenation, here of its input and itself padded on the right, and what it refuses. */
class ConcatenationLayerTest {
    private static final TensorShape INPUT = new TensorShape(2, 1, 2);
    private static final TensorShape WIDER = new TensorShape(2, 2, 2);

    @Test
    void shouldPutInputsSideBySide() {
        assertOutput(Axis.WIDTH, new TensorShape(2, 3, 2), List.of(0, 1), 1, 2, 1, 2, 0, 0, 3, 0, 3, 0, 0, 0);
        assertOutput(
                Axis.WIDTH, new TensorShape(2, 4, 2), List.of(1, 0, 0), 1, 2, 0, 0, 1, 2, 1, 2, 3, 0, 0, 0, 3, 0, 3, 0);
        assertOutput(Axis.HEIGHT, new TensorShape(4, 1, 2), List.of(0, 0), 1, 2, 3, 0, 1, 2, 3, 0);
        assertOutput(Axis.CHANNEL, new TensorShape(2, 1, 4), List.of(0, 0), 1, 2, 1, 2, 3, 0, 3, 0);
        assertOutput(
                Axis.CHANNEL, new TensorShape(2, 2, 4), List.of(1, 1), 1, 2, 1, 2, 0, 0, 0, 0, 3, 0, 3, 0, 0, 0, 0, 0);
    }

    @Test
    void shouldRefuseInputsThatDoNotFit() {
        for (Axis axis : List.of(Axis.HEIGHT, Axis.CHANNEL)) {
            refuse("inputs of concatenation c that fit", axis, new TensorShape(4, 1, 2), 2, 0, List.of(0, 1));
        }
        refuse("shape 2x3x2 at layer c", Axis.WIDTH, new TensorShape(2, 4, 2), 2, 0, List.of(0, 1));
    }

    @Test
    void shouldRefuseAnotherQuantization() {
        TensorShape right = new TensorShape(2, 3, 2);
        refuse("layer c to keep bits, scale and zero point", Axis.WIDTH, right, 4, 0, List.of(0, 1));
        refuse("layer c to keep bits, scale and zero point", Axis.WIDTH, right, 2, 1, List.of(0, 1));
    }

    @Test
    void shouldRefuseNothing() {
        refuse("at least one input of concatenation c", Axis.WIDTH, WIDER, 2, 0, List.of());
    }

    @Test
    void shouldRefuseAnUnknownAxis() {
        byte[] bytes = NetworkFile.write(network(Axis.WIDTH, new TensorShape(2, 3, 2), 2, 0, List.of(0, 1)));
        bytes[bytes.length - 5] = 3;
        String message = String.valueOf(assertThrows(NetworkFormatException.class, () -> NetworkFile.read(bytes))
                .getMessage());
        assertTrue(message.contains("expected an axis from 0 to 2, got [3], in layer c"), message);
    }

    private static void assertOutput(Axis axis, TensorShape shape, List<Integer> inputs, int... expected) {
        IntegerNetwork network = network(axis, shape, 2, 0, inputs);
        assertEquals(network, NetworkFile.read(NetworkFile.write(network)));
        assertArrayEquals(expected, Oracle.of(network).runCodes(new int[] {1, 2, 3, 0}));
    }

    private static void refuse(
            String reason, Axis axis, TensorShape shape, int bits, int zeroPoint, List<Integer> inputs) {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> network(axis, shape, bits, zeroPoint, inputs), reason)
                .getMessage());
        assertTrue(message.startsWith("expected " + reason), message);
    }

    private static IntegerNetwork network(Axis axis, TensorShape shape, int bits, int zeroPoint, List<Integer> inputs) {
        List<Tensor> tensors = List.of(
                new Tensor("in", INPUT, 2, 0, 0.5),
                new Tensor("wider", WIDER, 2, 0, 0.5),
                new Tensor("out", shape, bits, zeroPoint, 0.5));
        List<Layer> layers = List.of(new PadLayer("p", 0, 1, 0, 0, 0, 1), new ConcatenationLayer("c", inputs, 2, axis));
        return new IntegerNetwork("concatenation", tensors, layers, 0, 2);
    }
}
