// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The int8 keyword spotter of MLPerf Tiny as real numbers, quantized anew with the second half of the samples; the first
 * half, of which the int8 file gets some 225 right, is counted.
 */
@Tag("full")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class Kws01QuantizationTest {
    private static final int COUNTED = 250;

    private final List<byte[]> samples = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private Graph graph;
    private ActivationQuantization input;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        ImportedModel model = new TfliteReader().read(TestData.path("models/kws01_dscnn_int8.tflite"));
        graph = Logits.of(Canonical.of(model.graph()));
        input = model.quantized().orElseThrow().activation(model.graph().input());
        for (String row : Files.readAllLines(TestData.path("samples/kws01-500/y_labels.csv"))) {
            String[] cells = row.split(",", -1);
            samples.add(Files.readAllBytes(TestData.path("samples/kws01-500/" + cells[0])));
            labels.add(Integer.parseInt(cells[2].trim()));
        }
    }

    @Test
    void shouldSurviveQuantizationAnew() {
        int eight = right(8, 8);
        int four = right(4, 8);
        int fours = right(4, 4);
        String all = "8 bits: " + eight + ", weights of 4: " + four + ", activations of 4 too: " + fours + " of 250";
        assertTrue(eight >= 224 && four >= 222 && fours >= 210, all);
    }

    private int right(int weightBits, int activationBits) {
        Map<String, Integer> activations = new TreeMap<>();
        graph.values().forEach(value -> activations.put(value, activationBits));
        Map<String, Integer> weights = new TreeMap<>();
        for (Node node : graph.weightedNodes()) {
            weights.put(node.name(), weights.isEmpty() ? 8 : weightBits);
        }
        Oracle oracle = Oracle.of(Lowering.lower(Quantizer.quantize(
                        graph,
                        new Calibration(),
                        activations,
                        weights,
                        QuantizeOptions.DEFAULT.withInput(input),
                        (step, done, total) -> {})
                .graph()));
        int right = 0;
        for (int index = 0; index < COUNTED; index++) {
            int[] logits = oracle.runCodes(codes(samples.get(index)));
            right += ImportedNetwork.argmax(logits) == labels.get(index) ? 1 : 0;
        }
        return right;
    }

    private static int[] codes(byte[] sample) {
        int[] codes = new int[sample.length];
        for (int index = 0; index < codes.length; index++) {
            codes[index] = sample[index] + 128;
        }
        return codes;
    }

    private final class Calibration implements CalibrationData {
        @Override
        public int size() {
            return samples.size() - COUNTED;
        }

        @Override
        public float[] image(int index) {
            int[] codes = codes(samples.get(COUNTED + index));
            float[] reals = new float[codes.length];
            for (int element = 0; element < codes.length; element++) {
                reals[element] = (float) (input.scale() * (codes[element] - input.zeroPoint()));
            }
            return reals;
        }

        @Override
        public Optional<ActivationQuantization> stored(int input) {
            return Optional.empty();
        }
    }
}
