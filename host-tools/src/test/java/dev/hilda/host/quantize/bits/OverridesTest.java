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
import org.junit.jupiter.api.Test;

/** A convolution, another beside it, and an Add that ties both to one width. */
class OverridesTest {
    private static final Budget PLENTY = Budget.paper(1 << 20, 1 << 20);

    private final Graph graph = new Graph(
            "residual",
            "x",
            new TensorShape(4, 4, 3),
            List.of(
                    new Node("one", pointwise(3, 8), List.of("x"), "one.y"),
                    new Node("two", pointwise(8, 8), List.of("one.y"), "two.y"),
                    new Node("add", new Operator.Add(Activation.RELU), List.of("one.y", "two.y"), "sum"),
                    new Node("logits", pointwise(8, 10), List.of("sum"), "y")),
            "y");

    @Test
    void shouldFixWhatIsTiedToWhatTheUserFixes() {
        Map<String, Integer> bits = assign(Map.of("two", 4)).activationBits();
        assertEquals(Map.of("x", 8, "one.y", 4, "two.y", 4, "sum", 4, "y", 8), bits);
    }

    @Test
    void shouldTakeAValueOrTheNodeThatMakesIt() {
        assertEquals(assign(Map.of("two", 2)), assign(Map.of("two.y", 2)));
        assertEquals(assign(Map.of("two", 2)), assign(Map.of("two", 2, "two.y", 2)));
        assertMessage("overrides fix value two.y to both 2 and 4 bits", Map.of("two", 2, "two.y", 4));
    }

    @Test
    void shouldKeepInputAndLogitsAtEightBits() {
        String rule = ": network input, logits and what is tied to them keep 8 bits, got 4";
        assertMessage("override of x" + rule, Map.of("x", 4));
        assertMessage("override of y" + rule, Map.of("logits", 4));
        assertEquals(8, assign(Map.of("x", 8)).activationBits().get("x"));
    }

    @Test
    void shouldRefuseTwoWidthsForWhatIsTied() {
        assertMessage(
                "overrides of one.y and two.y: the network ties them to one width, got 4 and 2 bits",
                Map.of("one", 4, "two", 2));
        assertEquals(4, assign(Map.of("one", 4, "two", 4)).activationBits().get("sum"));
    }

    private BitAssignment assign(Map<String, Integer> activations) {
        return MemoryDrivenAssignment.assign(
                graph, PLENTY, QuantizationVariant.PC_ICN, new Overrides(Map.of(), activations));
    }

    private void assertMessage(String expected, Map<String, Integer> activations) {
        assertEquals(
                expected,
                assertThrows(BudgetException.class, () -> assign(activations)).getMessage());
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
