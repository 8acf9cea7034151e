// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a network refuses of a mean: a window of no constant size, multipliers by channel, other than codes. */
class MeanLayerTest {
    private static final Window WHOLE = Window.of(2, 2);

    @Test
    void shouldBePartOfANetwork() {
        assertEquals(8, network(WHOLE, requantization(1, 255), 8).outputTensor().bits());
    }

    @Test
    void shouldHaveNoPadding() {
        Window padded = new Window(2, 2, 2, 2, 1, 1, 0, 0, 0, 1);
        refuse("no padding of mean m", padded, requantization(1, 255), 8);
    }

    @Test
    void shouldHaveOneMultiplier() {
        refuse("one multiplier of mean m, got [2]", WHOLE, requantization(2, 255), 8);
        refuse("one multiplier of mean m, got [0]", WHOLE, Requantization.RAW, 32);
    }

    @Test
    void shouldAnswerWithCodesOfItsOutput() {
        refuse("codes out of mean m", WHOLE, requantization(1, 255), 32);
        refuse("clamps of m within 4 bits", WHOLE, requantization(1, 16), 4);
    }

    private static void refuse(String reason, Window window, Requantization requantization, int bits) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> network(window, requantization, bits), reason)
                        .getMessage());
        assertTrue(message.startsWith("expected " + reason), message);
    }

    private static IntegerNetwork network(Window window, Requantization requantization, int bits) {
        List<Tensor> tensors = List.of(
                new Tensor("in", new TensorShape(2, 2, 3), 8, 5, 0.5),
                new Tensor("out", TensorShape.vector(3), bits, 0, 0.25));
        MeanLayer mean = new MeanLayer("m", 0, 1, window, requantization);
        return new IntegerNetwork("mean", tensors, List.of(mean), 0, 1);
    }

    private static Requantization requantization(int multipliers, int high) {
        return new Requantization(Ints.of(new int[multipliers]), 0, 1, 1, 0, high);
    }
}
