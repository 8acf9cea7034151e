// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.Divergence;
import dev.hilda.host.quantize.QuantizationException;
import dev.hilda.host.quantize.SmallNetwork;
import dev.hilda.host.tensor.Batch;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Of a network with five classes. */
class LabelTeacherTest {
    private final Graph graph = Logits.of(Canonical.of(new SmallNetwork(new Random(11)).network()));

    /** Cross entropy, by its definition; of a mixed image, less the entropy of the mix. */
    @Test
    void shouldTeachLabelsInTheirShares() {
        LabelTeacher teacher = new LabelTeacher(graph, labelled(4, 1, 4), "the data");
        float[] logits = {0.3f, -1, 2, 0.1f, 1.5f};
        double[] logs = logProbabilities(logits);
        assertEquals(-logs[4], divergence(teacher, logits, 0, 1, 1f), 1e-6);
        assertEquals(-logs[1], divergence(teacher, logits, 1, 2, 1f), 1e-6);
        assertEquals(-logs[4], divergence(teacher, logits, 0, 2, 0.7f), 1e-6, "of two alike");
        double entropy = -0.7 * Math.log(0.7) - 0.3 * Math.log(0.3);
        assertEquals(-0.7 * logs[1] - 0.3 * logs[4] - entropy, divergence(teacher, logits, 1, 0, 0.7f), 1e-6);
        assertEquals(1, teacher.temperature());
        assertEquals(List.of(), teacher.features());
    }

    private double divergence(LabelTeacher teacher, float[] logits, int image, int other, float share) {
        Batch got = new Batch(graph.outputShape(), 1, logits);
        DrawnImages drawn = new DrawnImages(Map.of(), new int[] {image}, new int[] {other}, new float[] {share});
        Batch wanted =
                Objects.requireNonNull(teacher.of(drawn).get(graph.outputs().get(0)));
        float[] slope = Divergence.slopes(wanted, got, 1);
        double[] logs = logProbabilities(logits);
        for (int label = 0; label < 5; label++) {
            double probability = Math.exp(wanted.values()[label]);
            assertEquals(Math.exp(logs[label]) - probability, slope[label], 1e-6);
        }
        return Divergence.sum(wanted, got, 1);
    }

    private static double[] logProbabilities(float[] logits) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        double[] logs = new double[logits.length];
        for (int index = 0; index < logs.length; index++) {
            logs[index] = logits[index] - Math.log(sum);
        }
        return logs;
    }

    @Test
    void shouldRefuseWhatItCannotTeach() {
        assertRefused("set s has no label of image 1;", graph, labelled(0, -9, 0));
        assertRefused("set s calls image 2 5, expected 0 to 4, the network's classes", graph, labelled(0, 4, 5));
        assertRefused("set s calls image 0 -1, expected 0 to 4", graph, labelled(-1, 4, 3));
        Graph twoOutputs = new Graph(
                "two",
                Map.of(graph.input(), SmallNetwork.INPUT),
                graph.nodes(),
                List.of(graph.outputs().get(0), "pooled"));
        assertRefused("knows networks of one output, a class a channel", twoOutputs, labelled(0));
    }

    private static void assertRefused(String reason, Graph graph, CalibrationData data) {
        QuantizationException refused =
                assertThrows(QuantizationException.class, () -> new LabelTeacher(graph, data, "set s"));
        assertTrue(String.valueOf(refused.getMessage()).contains(reason), refused::toString);
    }

    /** @param labels −9 for none */
    private static CalibrationData labelled(int... labels) {
        return new CalibrationData() {
            @Override
            public int size() {
                return labels.length;
            }

            @Override
            public float[] image(int index) {
                throw new AssertionError("labels are enough");
            }

            @Override
            public OptionalInt label(int index) {
                return labels[index] == -9 ? OptionalInt.empty() : OptionalInt.of(labels[index]);
            }

            @Override
            public Optional<ActivationQuantization> stored(int input) {
                return Optional.empty();
            }
        };
    }
}
