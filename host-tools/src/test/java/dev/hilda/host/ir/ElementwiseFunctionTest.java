// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.ir.ElementwiseFunction.Fixed;
import dev.hilda.host.ir.ElementwiseFunction.LeakyRelu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ElementwiseFunctionTest {
    /** To 16 digits, by other means. */
    @ParameterizedTest
    @CsvSource({
        "LOGISTIC, -2, 0.11920292202211755",
        "LOGISTIC, 800, 1",
        "LOGISTIC, -800, 0",
        "TANH, 0.5, 0.46211715726000976",
        "HARD_SWISH, 1, 0.6666666666666666",
        "HARD_SWISH, -1, -0.3333333333333333",
        "HARD_SWISH, -3.5, 0",
        "HARD_SWISH, 7, 7",
        "RELU_N1_TO_1, -3, -1",
        "RELU_N1_TO_1, 0.25, 0.25",
        "RELU_N1_TO_1, 3, 1",
        "ELU, -1, -0.6321205588285577",
        "ELU, 2, 2",
        "ABS, -2, 2",
        "ABS, 3, 3",
        "NEG, 2, -2",
        "EXP, 2, 7.38905609893065",
        "SQUARE, -3, 9",
        "GELU, 1, 0.8413447460685429",
        "GELU, -1, -0.15865525393145705",
        "GELU, -5, -1.4332578593959731e-6",
        "GELU, 3.5, 3.4991857982233756",
        "GELU, 40, 40",
        "GELU, -40, 0",
        "GELU_TANH, 1, 0.8411919906082768",
        "GELU_TANH, -2, -0.04540230591222"
    })
    void shouldBeWhatItsNameSays(Fixed function, double value, double expected) {
        assertEquals(expected, function.of(value), 1e-10 * Math.max(1e-5, Math.abs(expected)));
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndWithWhatIsNoNumber(Fixed function) {
        assertTrue(Double.isNaN(function.of(Double.NaN)));
        assertFalse(Double.isNaN(function.of(Double.MAX_VALUE)));
        assertFalse(Double.isNaN(function.of(-Double.MAX_VALUE)));
    }

    @Test
    void shouldBendAtZero() {
        assertEquals(-0.5, new LeakyRelu(0.25).of(-2));
        assertEquals(2, new LeakyRelu(0.25).of(2));
        assertEquals(4, new LeakyRelu(-2).of(-2));
        assertThrows(GraphException.class, () -> new LeakyRelu(Double.POSITIVE_INFINITY));
    }
}
