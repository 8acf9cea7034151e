// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import dev.hilda.host.quantize.SmallNetwork;
import dev.hilda.host.quantize.SmoothImages;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Derivatives through a network with a residual, at 8 bits, where rounding hardly matters: uphill, against
 * differences of the distance from another network.
 */
class FakeQuantizedNetworkTest {
    private static final int IMAGES = 60;

    private final SmoothImages images = new SmoothImages(new Random(5), IMAGES);
    private final Graph graph = graph(11);
    private final Map<String, Batch> inputs = new HashMap<>();
    private final Map<String, Batch> teacher = new HashMap<>();
    private final QuantizedGraph start;
    private final FakeQuantizedNetwork network;

    FakeQuantizedNetworkTest() {
        Map<String, Integer> activations = new HashMap<>();
        graph.values().forEach(value -> activations.put(value, 8));
        Map<String, Integer> weights = new HashMap<>();
        graph.weightedNodes().forEach(node -> weights.put(node.name(), 8));
        start = Quantizer.quantize(
                        graph, images, activations, weights, QuantizeOptions.DEFAULT, (step, done, total) -> {})
                .graph();
        network = new FakeQuantizedNetwork(start, LearnedQuantizers.DEFAULT);
        float[] values = new float[IMAGES * SmallNetwork.INPUT.elements()];
        for (int image = 0; image < IMAGES; image++) {
            System.arraycopy(
                    images.image(image),
                    0,
                    values,
                    image * SmallNetwork.INPUT.elements(),
                    SmallNetwork.INPUT.elements());
        }
        inputs.put(graph.input(), new Batch(SmallNetwork.INPUT, IMAGES, values));
        new FloatExecutor(graph(12)).run(inputs, teacher::put);
    }

    private static Graph graph(long seed) {
        return Logits.of(Canonical.of(new SmallNetwork(new Random(seed)).network()));
    }

    @ParameterizedTest
    @CsvSource({"/bias, true, false", "/bias, false, true", "/weights, true, false", "/weights, false, true"})
    void shouldFindHowTheDistanceChangesWithTheParameters(String kind, boolean ofOutputs, boolean ofFeatures) {
        List<String> outputs = ofOutputs ? graph.outputs() : List.of();
        List<String> features = ofFeatures ? network.features() : List.of();
        FakeQuantizedNetwork.Pass pass = network.snapshot().run(inputs);
        Distillation here = new Distillation(teacher, outputs, 2, features);
        here.compare(pass, 1);
        float[][] gradients = pass.backward(here.slopes());
        for (int index = 0; index < gradients.length; index++) {
            Parameter parameter = network.parameters().get(index);
            if (parameter.name().endsWith(kind)) {
                requireAlong(parameter, gradients[index], outputs, features);
            }
        }
    }

    /** Where results are rounded down, half a step of them more, so that they are as before on average. */
    @Test
    void shouldBeginHalfAStepHigherWhereResultsAreRoundedDown() {
        FakeQuantizedNetwork down = new FakeQuantizedNetwork(
                start, new LearnedQuantizers(WeightQuantizer.LEARNED_STEP, ActivationQuantizer.PACT));
        Operator.Weighted first =
                (Operator.Weighted) graph.weightedNodes().get(0).operator();
        float[] before = bias(network, "first");
        float[] after = bias(down, "first");
        for (int channel = 0; channel < before.length; channel++) {
            float gain = first.normalization().orElseThrow().gain().get(channel);
            double shift = gain == 0 ? 0 : start.activation("stem").scale() / 2;
            assertEquals(shift, gain * (after[channel] - before[channel]), 1e-5, "channel " + channel);
        }
        assertArrayEquals(bias(network, "last"), bias(down, "last"), "of int32 results");
    }

    private static float[] bias(FakeQuantizedNetwork network, String layer) {
        return network.parameters().stream()
                .filter(parameter -> parameter.name().equals(layer + "/bias"))
                .findFirst()
                .orElseThrow()
                .values();
    }

    /** Uphill, so that the difference is far above what rounding makes of it. */
    private void requireAlong(Parameter parameter, float[] gradient, List<String> outputs, List<String> features) {
        double norm = 0;
        for (float slope : gradient) {
            norm += (double) slope * slope;
        }
        if (norm == 0) {
            assertTrue(outputs.isEmpty(), parameter.name() + " does not change the outputs");
            return;
        }
        float[] values = parameter.values();
        float[] before = values.clone();
        double length = 6 * parameter.learningRate() * Math.sqrt(values.length);
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
            for (int index = 0; index < values.length; index++) {
                values[index] = before[index] + (float) ((2 * side - 1) * length * gradient[index] / Math.sqrt(norm));
            }
            Distillation moved = new Distillation(teacher, outputs, 2, features);
            moved.compare(network.snapshot().run(inputs), 1);
            losses[side] = moved.loss();
        }
        System.arraycopy(before, 0, values, 0, before.length);
        double difference = (losses[1] - losses[0]) / (2 * length);
        assertEquals(1, difference / Math.sqrt(norm), 0.2, parameter.name());
    }
}
