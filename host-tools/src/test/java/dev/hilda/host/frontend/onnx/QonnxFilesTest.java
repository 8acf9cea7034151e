// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.testing.TestData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Networks trained at few bits, on ONNX Runtime by QONNX's definition, and in our integers. */
class QonnxFilesTest {
    private static final long SEED = 21;
    private static final int INPUTS = 16;

    @Test
    void shouldKeepTwoBits() throws IOException {
        Answers answers = answers("models/TFC_2W2A.onnx", pixels(784));
        assertTrue(answers.layers().largest() <= 1, answers::toString);
        assertEquals(List.of(), answers.remarks());
    }

    @Test
    void shouldKeepThreeBitsInCodesOfFour() throws IOException {
        Answers answers = answers("onnx/kwsmlp_w3a3.onnx", gaussian(490, 30));
        assertTrue(answers.layers().largest() <= 1, answers::toString);
        assertEquals(
                List.of("what the file quantizes to 3 bits takes codes of 4 bits, with the same values"),
                answers.remarks());
    }

    @Test
    void shouldKeepSigns() throws IOException {
        Answers answers = answers("onnx/TFC_1W1A.onnx", pixels(784));
        assertEquals(0, answers.layers().largest(), answers::toString);
        assertEquals(
                List.of("what the file makes −1 or 1 takes codes of 2 bits, with the same values"), answers.remarks());
    }

    /** Each layer by itself, and the answer, which is real numbers there, all the way. */
    private record Answers(LayerComparison layers, double decibels, List<String> remarks) {}

    private static Answers answers(String name, List<float[]> inputs) throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        assumeTrue(OnnxRuntime.isPresent(), OnnxRuntime.ABSENT);
        Path file = TestData.path(name);
        OnnxCase all = OnnxCase.run(file, inputs);
        Answers answers = new Answers(
                LayerComparison.of(file, inputs),
                all.decibels(all.integerAnswers()),
                all.imported().model().source().remarks());
        System.out.println(name + ": " + answers + ", seed " + SEED);
        return answers;
    }

    private static List<float[]> pixels(int count) {
        Random random = new Random(SEED);
        return inputs(count, () -> random.nextInt(256) / 255f);
    }

    private static List<float[]> gaussian(int count, double deviation) {
        Random random = new Random(SEED);
        return inputs(count, () -> (float) (deviation * random.nextGaussian()));
    }

    private interface Source {
        float next();
    }

    private static List<float[]> inputs(int count, Source source) {
        List<float[]> inputs = new ArrayList<>();
        for (int input = 0; input < INPUTS; input++) {
            float[] values = new float[count];
            for (int index = 0; index < count; index++) {
                values[index] = source.next();
            }
            inputs.add(values);
        }
        return inputs;
    }
}
