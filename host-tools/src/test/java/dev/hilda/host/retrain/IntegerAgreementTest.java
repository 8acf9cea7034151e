// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.measure.Ranking;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import dev.hilda.host.quantize.SmallNetwork;
import dev.hilda.host.quantize.SmoothImages;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.tensor.Batch;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is trained against what its integers answer, at W4A4, wherever training takes the parameters. */
class IntegerAgreementTest {
    private static final int IMAGES = 400;
    private static final double LEAST_SHARE = 0.995;
    private static final SmoothImages SEEN = new SmoothImages(new Random(5), 60);
    private static final SmoothImages OTHERS = new SmoothImages(new Random(6), IMAGES);
    private static final Map<QuantizationVariant, QuantizedGraph> STARTS = new HashMap<>();

    private static QuantizedGraph start(QuantizationVariant variant) {
        Graph graph = Logits.of(Canonical.of(new SmallNetwork(new Random(11)).network()));
        Map<String, Integer> activations = new HashMap<>();
        graph.values().forEach(value -> activations.put(value, graph.isInput(value) ? 8 : 4));
        Map<String, Integer> weights = new HashMap<>();
        graph.weightedNodes().forEach(node -> weights.put(node.name(), 4));
        QuantizeOptions options = QuantizeOptions.DEFAULT.withVariant(variant);
        return Quantizer.quantize(graph, SEEN, activations, weights, options, (step, done, total) -> {})
                .graph();
    }

    @ParameterizedTest
    @CsvSource({
        "LEARNED_STEP, LEARNED_STEP, PC_ICN",
        "LEARNED_STEP, PACT, PC_ICN",
        "PACT, LEARNED_STEP, PC_ICN",
        "PACT, PACT, PL_ICN",
        "PACT, PACT, PC_THRESHOLDS",
        "MIN_MAX, PACT, PC_ICN",
        "MIN_MAX, LEARNED_STEP, PL_FB",
    })
    void shouldAnswerAsTrained(WeightQuantizer weights, ActivationQuantizer activations, QuantizationVariant variant) {
        QuantizedGraph start = STARTS.computeIfAbsent(variant, IntegerAgreementTest::start);
        FakeQuantizedNetwork network = new FakeQuantizedNetwork(start, new LearnedQuantizers(weights, activations));
        long seed = 32;
        Random random = new Random(seed);
        for (Parameter parameter : network.parameters()) {
            float[] values = parameter.values();
            for (int index = 0; index < values.length; index++) {
                values[index] += (float) (30 * parameter.learningRate() * random.nextGaussian());
            }
        }
        QuantizedGraph learned = network.quantized();
        assertEquals(
                activations == ActivationQuantizer.PACT,
                learned.activations().values().stream().anyMatch(codes -> codes.rounding() == Rounding.FLOOR));
        int same = agreeing(network, learned);
        assertTrue(same >= LEAST_SHARE * IMAGES, same + " of " + IMAGES + " answers, seed " + seed);
    }

    private static int agreeing(FakeQuantizedNetwork network, QuantizedGraph learned) {
        FakeQuantizedNetwork.Snapshot snapshot = network.snapshot();
        IntegerNetwork integers = Lowering.lower(learned);
        Oracle oracle = Oracle.of(integers);
        int same = 0;
        for (int image = 0; image < IMAGES; image++) {
            float[] values = OTHERS.image(image);
            Batch input = new Batch(SmallNetwork.INPUT, 1, values);
            float[] trained = snapshot.run(Map.of(learned.graph().input(), input))
                    .value(learned.graph().outputs().get(0))
                    .values();
            int[] codes = new int[values.length];
            for (int index = 0; index < codes.length; index++) {
                codes[index] = Math.round(values[index] * 128) + 128;
            }
            same += Ranking.first(trained) == Ranking.first(oracle.runCodes(codes)) ? 1 : 0;
        }
        return same;
    }
}
