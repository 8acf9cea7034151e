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
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActivationTieTest {
    private static final long PLENTY = 1L << 40;
    private static final int PIXELS = 8 * 8;

    /** Two activations alive at the second node, as wide and as large as each other; cutting either would do. */
    @Test
    void shouldCutTheOutputWhenBothSidesAreEqual() {
        assertEquals(List.of(new Cut(Cut.Kind.ACTIVATION, "second.y", 8, 4)), cuts(10, 10, 15));
    }

    @Test
    void shouldCutTheLargerOfTwoAsWideAsEachOther() {
        assertEquals(List.of(new Cut(Cut.Kind.ACTIVATION, "second.y", 8, 4)), cuts(9, 10, 15));
        assertEquals(List.of(new Cut(Cut.Kind.ACTIVATION, "first.y", 8, 4)), cuts(10, 9, 15));
    }

    /** It has a scale of its own, but no width. */
    @Test
    void shouldGiveAnAverageTheWidthOfItsInput() {
        for (Window window : List.of(Window.of(8, 8), Window.of(2, 2), new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1))) {
            Graph graph = new Graph(
                    "average",
                    "x",
                    new TensorShape(8, 8, 1),
                    List.of(
                            new Node("first", convolution(1, 4), List.of("x"), "first.y"),
                            new Node(
                                    "pool",
                                    new Operator.AveragePool(window, Activation.NONE),
                                    List.of("first.y"),
                                    "mean"),
                            new Node("logits", convolution(4, 2), List.of("mean"), "y")),
                    "y");
            assertEquals("first.y", new TiedValues(graph).group("mean"));
        }
    }

    private static List<Cut> cuts(int firstChannels, int secondChannels, long budgetInChannels) {
        Graph graph = new Graph(
                "chain",
                "x",
                new TensorShape(8, 8, 1),
                List.of(
                        new Node("first", convolution(1, firstChannels), List.of("x"), "first.y"),
                        new Node("second", convolution(firstChannels, secondChannels), List.of("first.y"), "second.y"),
                        new Node("logits", convolution(secondChannels, 2), List.of("second.y"), "y")),
                "y");
        return MemoryDrivenAssignment.assign(
                        graph,
                        Budget.paper(PLENTY, budgetInChannels * PIXELS),
                        QuantizationVariant.PC_ICN,
                        Overrides.NONE)
                .cuts();
    }

    private static Operator convolution(int inputs, int outputs) {
        return new Operator.Convolution(
                Window.of(1, 1),
                new FloatTensor(List.of(outputs, 1, 1, inputs), new float[outputs * inputs]),
                FloatTensor.vector(new float[outputs]),
                Optional.empty(),
                Activation.NONE);
    }
}
