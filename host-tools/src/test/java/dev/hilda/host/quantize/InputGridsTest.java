// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Rounding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InputGridsTest {
    private static final ActivationQuantization BYTES = new ActivationQuantization(8, 0.5, 3, Rounding.HALF_UP);

    @Test
    void shouldSpanTheValuesOfAnInputOrTakeItsBytes() {
        Map<String, TensorShape> inputs = new LinkedHashMap<>();
        inputs.put("a", TensorShape.vector(2));
        inputs.put("b", TensorShape.vector(2));
        Graph graph = new Graph(
                "g",
                inputs,
                List.of(new Node("sum", new Operator.Add(Activation.NONE), List.of("a", "b"), "sum")),
                List.of("sum"));
        CalibrationData data = data(new float[] {9, -9, 1, 0.5f}, new float[] {9, 9, 2, -0.55f});
        assertEquals(
                Map.of("b", new ActivationQuantization(8, 0.01, 55, Rounding.HALF_UP)),
                rounded(InputGrids.of(graph, List.of("b"), data)));
        assertEquals(BYTES, InputGrids.of(graph, List.of("a"), data).get("a"));
        assertThrows(QuantizationException.class, () -> InputGrids.of(graph, List.of("b"), data()));
    }

    private static Map<String, ActivationQuantization> rounded(Map<String, ActivationQuantization> grids) {
        Map<String, ActivationQuantization> rounded = new LinkedHashMap<>();
        grids.forEach((name, grid) -> rounded.put(
                name,
                new ActivationQuantization(
                        grid.bits(), Math.round(grid.scale() * 1e6) / 1e6, grid.zeroPoint(), grid.rounding())));
        return rounded;
    }

    /** The first input's are bytes. */
    private static CalibrationData data(float[]... images) {
        return new CalibrationData() {
            @Override
            public int size() {
                return images.length;
            }

            @Override
            public float[] image(int index) {
                return images[index];
            }

            @Override
            public Optional<ActivationQuantization> stored(int input) {
                return input == 0 ? Optional.of(BYTES) : Optional.empty();
            }
        };
    }
}
