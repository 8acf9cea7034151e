// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** On a chain of three layers, the middle one beside a way around it. */
class UniformBitsTest {
    private static final Budget PLENTY = Budget.paper(1 << 20, 1 << 20);

    private final Graph graph = new Graph(
            "residual",
            "x",
            new TensorShape(4, 4, 3),
            List.of(
                    new Node("first", pointwise(3, 8), List.of("x"), "a"),
                    new Node("middle", pointwise(8, 8), List.of("a"), "b"),
                    new Node("add", new Operator.Add(Activation.RELU), List.of("a", "b"), "sum"),
                    new Node("inner", pointwise(8, 8), List.of("sum"), "c"),
                    new Node("last", pointwise(8, 10), List.of("c"), "y")),
            "y");

    @Test
    void shouldKeepTheEnds() {
        Overrides bits = under(Overrides.NONE, OptionalInt.of(4), OptionalInt.of(2), true);
        assertEquals(Map.of("first", 8, "middle", 4, "inner", 4, "last", 8), bits.weights());
        assertEquals(Map.of("a", 2, "b", 2, "sum", 2, "c", 2), bits.activations());
        BitAssignment assigned = MemoryDrivenAssignment.assign(graph, PLENTY, QuantizationVariant.PC_ICN, bits);
        assertEquals(Map.of("x", 8, "a", 2, "b", 2, "sum", 2, "c", 2, "y", 8), assigned.activationBits());
    }

    @Test
    void shouldGiveTheEndsNoMoreWhereTheyAreNotKept() {
        Overrides bits = under(Overrides.NONE, OptionalInt.of(4), OptionalInt.empty(), false);
        assertEquals(Map.of("first", 4, "middle", 4, "inner", 4, "last", 4), bits.weights());
        assertEquals(Map.of(), bits.activations());
    }

    @Test
    void shouldLeaveToTheBudgetWhatIsNotSaid() {
        Overrides bits = under(Overrides.NONE, OptionalInt.empty(), OptionalInt.of(4), true);
        assertEquals(Map.of(), bits.weights());
        assertEquals(4, bits.activations().get("c"));
    }

    /** Also of an end, and of a tensor together with all that is tied to it. */
    @Test
    void shouldPutWhatIsGivenFirst() {
        Overrides given = new Overrides(Map.of("last", 2, "inner", 8), Map.of("middle", 4));
        Overrides bits = under(given, OptionalInt.of(4), OptionalInt.of(2), true);
        assertEquals(Map.of("first", 8, "middle", 4, "inner", 8, "last", 2), bits.weights());
        assertEquals(Map.of("middle", 4, "c", 2), bits.activations());
        BitAssignment assigned = MemoryDrivenAssignment.assign(graph, PLENTY, QuantizationVariant.PC_ICN, bits);
        assertEquals(Map.of("x", 8, "a", 4, "b", 4, "sum", 4, "c", 2, "y", 8), assigned.activationBits());
    }

    @Test
    void shouldRefuseOtherWidths() {
        BudgetException wrong = assertThrows(
                BudgetException.class, () -> new UniformBits(OptionalInt.of(3), OptionalInt.empty(), true));
        assertEquals("expected 8, 4 or 2 bits for all of a network, got 3", wrong.getMessage());
        assertThrows(BudgetException.class, () -> new UniformBits(OptionalInt.empty(), OptionalInt.of(16), true));
    }

    private Overrides under(Overrides given, OptionalInt weights, OptionalInt activations, boolean keepsEnds) {
        return new UniformBits(weights, activations, keepsEnds).under(given, graph);
    }

    private static Operator pointwise(int inputs, int outputs) {
        return new Operator.Convolution(
                Window.of(1, 1),
                new FloatTensor(List.of(outputs, 1, 1, inputs), new float[inputs * outputs]),
                FloatTensor.vector(new float[outputs]),
                Optional.empty(),
                Activation.NONE);
    }
}
