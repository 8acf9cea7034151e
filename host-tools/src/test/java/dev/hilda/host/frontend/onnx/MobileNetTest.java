// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.testing.TestData;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.rewrite.Canonical;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** MobileNetV2 as TensorFlow exports it: channels first, an open batch, limits of Clip as inputs, normalization left over. */
class MobileNetTest {
    private static final long SEED = 20;

    @Test
    void shouldAnswerAsOnnxRuntimeDoes() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        assumeTrue(OnnxRuntime.isPresent(), OnnxRuntime.ABSENT);
        List<float[]> inputs = new ArrayList<>();
        Random random = new Random(SEED);
        for (int image = 0; image < 2; image++) {
            float[] input = new float[3 * 128 * 128];
            for (int index = 0; index < input.length; index++) {
                input[index] = (float) (0.5 * random.nextGaussian());
            }
            inputs.add(input);
        }
        OnnxCase mobileNet = OnnxCase.run(TestData.path("models/mobilenet_v2_0.35_128.onnx"), inputs);
        double decibels = mobileNet.decibels(mobileNet.floatAnswers());
        assertTrue(decibels >= 100, decibels + " dB, seed " + SEED);
        DocumentedFigures.of("mobilenet_v2_0.35_128").requireDecibels(decibels);

        Graph graph = mobileNet.imported().model().graph();
        long normalizations = graph.nodes().stream()
                .filter(node -> node.operator() instanceof Operator.BatchNorm)
                .filter(node -> graph.shape(node.output()).pixels() > 1)
                .count();
        assertEquals(7, normalizations, "those that TensorFlow did not fold are kept for the integer normalization");
        assertTrue(
                graph.nodes().stream()
                        .anyMatch(node -> node.operator().equals(new Operator.Activate(Activation.RELU6))),
                "Clip to 0 and 6 is RELU6");
        assertTrue(
                Canonical.of(graph).nodes().stream()
                        .noneMatch(node -> node.operator() instanceof Operator.Pad
                                || node.operator() instanceof Operator.BatchNorm),
                "padding and normalization are parts of convolutions");
    }
}
