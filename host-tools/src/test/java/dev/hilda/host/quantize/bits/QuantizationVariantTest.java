// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each variant's row of the published table, for a layer of 8 channels and a last one of 10. */
class QuantizationVariantTest {
    private static final int WEIGHTS = 8 * 3 + 10 * 8;

    @Test
    void shouldCountWhatTheVariantStores() {
        assertEquals(WEIGHTS + (4 * 8 + 20) + (4 * 10 + 20), roBytes(QuantizationVariant.PL_FB, 8));
        assertEquals(WEIGHTS + (4 * 8 + 20) + (4 * 10 + 20), roBytes(QuantizationVariant.MIX_PL, 8));
        assertEquals(WEIGHTS + (9 * 8 + 12) + (4 * 10 + 20), roBytes(QuantizationVariant.PL_ICN, 8));
        assertEquals(WEIGHTS + (10 * 8 + 8) + (7 * 10 + 4), roBytes(QuantizationVariant.PC_ICN, 8));
    }

    @Test
    void shouldCountThresholdsOfTwoBytes() {
        assertEquals(1 + 8 + 2 * 8 * 256, QuantizationVariant.PC_THRESHOLDS.staticBytes(8, 8, 8));
        assertEquals(1 + 8 + 2 * 8 * 16, QuantizationVariant.PC_THRESHOLDS.staticBytes(8, 4, 4));
        assertEquals(1 + 8 + 2 * 8 * 4, QuantizationVariant.PC_THRESHOLDS.staticBytes(8, 8, 2));
        assertEquals(WEIGHTS + (1 + 8 + 2 * 8 * 256) + (7 * 10 + 4), roBytes(QuantizationVariant.PC_THRESHOLDS, 8));
    }

    /** An answer of int32 that is not the last has multipliers. */
    @Test
    void shouldCountNoThresholdsOfInt32() {
        assertEquals(10 * 8 + 8, QuantizationVariant.PC_THRESHOLDS.staticBytes(8, 8, 32));
    }

    @Test
    void shouldNotFoldBelowEightBitsInTheMix() {
        int weights = WEIGHTS - 8 * 3 / 2;
        assertEquals(weights + (4 * 8 + 20) + (4 * 10 + 20), roBytes(QuantizationVariant.PL_FB, 4));
        assertEquals(weights + (9 * 8 + 12) + (4 * 10 + 20), roBytes(QuantizationVariant.MIX_PL, 4));
    }

    private static long roBytes(QuantizationVariant variant, int firstWeightBits) {
        List<Node> nodes = List.of(
                new Node("first", pointwise(3, 8), List.of("x"), "hidden"),
                new Node("last", pointwise(8, 10), List.of("hidden"), "y"));
        Graph graph = new Graph("two", "x", new TensorShape(4, 4, 3), nodes, "y");
        Overrides overrides = new Overrides(Map.of("first", firstWeightBits), Map.of());
        return MemoryDrivenAssignment.assign(graph, Budget.paper(10_000, 10_000), variant, overrides)
                .roBytes();
    }

    private static Operator pointwise(int inputs, int outputs) {
        return new Operator.Convolution(
                Window.of(1, 1),
                new FloatTensor(List.of(outputs, 1, 1, inputs), new float[outputs * inputs]),
                FloatTensor.vector(new float[outputs]),
                Optional.empty(),
                Activation.NONE);
    }
}
