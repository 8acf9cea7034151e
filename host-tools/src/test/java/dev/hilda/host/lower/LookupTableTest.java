// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.LookupLayer;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ElementwiseFunction.LeakyRelu;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LookupTableTest {
    private static final ActivationQuantization TWO_BITS = new ActivationQuantization(2, 1, 2, Rounding.HALF_UP);

    /** −2, −1, 0 and 1 become −0.5, −0.25, 0 and 1: in halves above 3 that is 2, 2.5, 3 and 5. */
    @Test
    void shouldRoundHalfUpOrDown() {
        assertEquals(Ints.of(2, 3, 3, 5), table(0.25, 4, 0.5, 3, Rounding.HALF_UP));
        assertEquals(Ints.of(2, 2, 3, 5), table(0.25, 4, 0.5, 3, Rounding.FLOOR));
        assertEquals(Ints.of(2, 3, 3, 5), table(0.25, 4, 0.5, 3, Rounding.HALF_AWAY_FROM_INT8_ZERO));
    }

    @Test
    void shouldStayWithinTheCodesOfTheOutput() {
        assertEquals(Ints.of(0, 0, 1, 3), table(1, 2, 0.1, 1, Rounding.HALF_UP));
        assertEquals(Ints.of(255, 255, 0, 255), table(-1e300, 8, 1e-9, 0, Rounding.HALF_UP));
        assertEquals(Ints.of(0, 0, 5, 255), table(1e300, 8, 1e-9, 5, Rounding.HALF_UP));
    }

    @Test
    void shouldRefuseAnOutputOfInt32() {
        LoweringException refused =
                assertThrows(LoweringException.class, () -> table(0.25, 32, 0.5, 0, Rounding.HALF_UP));
        assertEquals(
                "layer leaky: expected an output of 8, 4 or 2 bits, got "
                        + new ActivationQuantization(32, 0.5, 0, Rounding.HALF_UP),
                refused.getMessage());
    }

    private static Ints table(double slope, int bits, double scale, int zeroPoint, Rounding rounding) {
        Operator leaky = new Operator.Elementwise(new LeakyRelu(slope));
        Graph graph =
                new Graph("g", "x", TensorShape.vector(3), List.of(new Node("leaky", leaky, List.of("x"), "y")), "y");
        ActivationQuantization out = new ActivationQuantization(bits, scale, zeroPoint, rounding);
        var network = Lowering.lower(new QuantizedGraph(graph, Map.of("x", TWO_BITS, "y", out), Map.of()));
        return ((LookupLayer) network.layers().get(0)).codes();
    }
}
