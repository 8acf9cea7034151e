// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizationResult;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A float network quantized to 8 bits throughout, on the inputs that it is then judged on. */
final class EightBits {
    private static final int BITS = 8;
    private static final int HIGHEST_CODE = 255;

    private EightBits() {}

    /**
     * Signal to noise of the integer network's outputs.
     *
     * @param values inputs, one after the other
     * @param recorded an independent runtime's outputs for them
     * @return in dB; infinite without noise
     */
    static double decibels(Graph graph, float[] values, FloatBuffer recorded) {
        int size = graph.inputShape().elements();
        QuantizationResult result = Quantizer.quantize(
                graph,
                inputs(values, size),
                graph.values().stream().collect(Collectors.toMap(Function.identity(), value -> BITS)),
                graph.weightedNodes().stream().collect(Collectors.toMap(Node::name, node -> BITS)),
                QuantizeOptions.DEFAULT,
                (step, done, total) -> {});
        IntegerNetwork network = Lowering.lower(result.graph());
        ActivationQuantization input = result.graph().activation(graph.input());
        Oracle oracle = Oracle.of(network);
        double signal = 0;
        double noise = 0;
        int at = 0;
        for (int image = 0; image < values.length / size; image++) {
            int[] codes = codes(input, Arrays.copyOfRange(values, image * size, (image + 1) * size));
            for (double real : network.reals(oracle.runCodes(codes))) {
                double exact = recorded.get(at++);
                signal += exact * exact;
                noise += (real - exact) * (real - exact);
            }
        }
        return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
    }

    private static int[] codes(ActivationQuantization grid, float[] values) {
        int[] codes = new int[values.length];
        for (int i = 0; i < codes.length; i++) {
            long code = Math.round(values[i] / grid.scale()) + grid.zeroPoint();
            codes[i] = (int) Math.max(0, Math.min(HIGHEST_CODE, code));
        }
        return codes;
    }

    private static CalibrationData inputs(float[] values, int size) {
        return new CalibrationData() {
            @Override
            public int size() {
                return values.length / size;
            }

            @Override
            public float[] image(int index) {
                return Arrays.copyOfRange(values, index * size, (index + 1) * size);
            }

            @Override
            public Optional<ActivationQuantization> stored(int input) {
                return Optional.empty();
            }
        };
    }
}
