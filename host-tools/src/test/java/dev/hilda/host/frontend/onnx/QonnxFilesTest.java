// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.OpenQuantization;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks trained at few bits, on ONNX Runtime by QONNX's definition, and in our integers. */
class QonnxFilesTest {
    @TempDir
    private Path folder;

    private static final long SEED = 21;
    private static final int INPUTS = 16;

    @Test
    void shouldKeepTwoBits() throws IOException {
        Answers answers = answers("models/TFC_2W2A.onnx", pixels(784));
        assertEquals(List.of(), answers.remarks());
    }

    @Test
    void shouldKeepThreeBitsInCodesOfFour() throws IOException {
        Answers answers = answers("onnx/kwsmlp_w3a3.onnx", gaussian(490, 60));
        assertEquals(
                List.of("what the file quantizes to 3 bits takes codes of 4 bits, with the same values"),
                answers.remarks());
    }

    @Test
    void shouldKeepSigns() throws IOException {
        Answers answers = answers("onnx/TFC_1W1A.onnx", pixels(784));
        assertEquals(
                List.of("what the file makes −1 or 1 takes codes of 2 bits, with the same values"), answers.remarks());
    }

    /** QKeras in finn's dialect, whose input no Quant reads: its codes follow from data. */
    @Test
    void shouldTakeCodesOfAnInputThatHasNone() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        assumeTrue(OnnxRuntime.isPresent(), OnnxRuntime.ABSENT);
        Path file = TestData.path("onnx/qkeras_jettagging.onnx");
        Random random = new Random(SEED);
        List<float[]> inputs = inputs(16, () -> (random.nextInt(256) - 128) / 32f);
        OnnxReader.Import read = OnnxReader.of(file, Files.readAllBytes(file));
        assertTrue(read.model().quantized().isEmpty());
        OpenQuantization open = read.model().open().orElseThrow();
        assertEquals(List.of("global_in"), open.inputs());
        assertEquals(
                List.of(
                        "what the file quantizes to 6 bits takes codes of 8 bits, with the same values",
                        "output global_out is given before its softmax, which the file computes in real numbers",
                        "input global_in is real numbers in the file: its codes follow from the calibration data"),
                read.model().source().remarks());
        QuantizedGraph closed =
                open.with(Map.of("global_in", new ActivationQuantization(8, 1 / 32.0, 128, Rounding.HALF_UP)));
        ImportedModel model = new ImportedModel(
                closed.graph(), Optional.of(closed), read.model().source());
        LayerComparison layers = LayerComparison.of(
                file, new OnnxReader.Import(model, read.inputs(), read.outputs(), read.tensors()), inputs);
        DocumentedFigures.of("qkeras_jettagging").requireCodes(layers);
        assertEquals(3, layers.layers());
    }

    /** The input's codes are its sides of a threshold only where what the sign is taken of rises with it. */
    @ParameterizedTest
    @ValueSource(floats = {-1, 1})
    void shouldTakeTwoCodesOfAnInputOnlyWhereItsSignRisesWithIt(float gain) throws IOException {
        ModelBuilder model = new ModelBuilder(13)
                .domain("onnx.brevitas", 1)
                .input("x", 1, 4)
                .floats("g", List.of(), gain)
                .floats("o", List.of(), -0.5f * gain)
                .floats("one", List.of(), 1)
                .node("Mul", List.of("x", "g"), "m")
                .node("Add", List.of("m", "o"), "a")
                .node("onnx.brevitas:BipolarQuant", List.of("a", "one"), "y")
                .output("y");
        Path file = Files.write(folder.resolve("model.onnx"), model.bytes());
        ImportedModel read = new OnnxReader().read(file);
        assertEquals(gain > 0, read.quantized().isPresent());
        assertEquals(gain < 0, read.open().isPresent());
    }

    /** Each layer by itself, and the answer, which is real numbers there, all the way. */
    private record Answers(LayerComparison layers, double decibels, List<String> remarks) {}

    /** As many codes off as the document says, and the answers as near. */
    private static Answers answers(String name, List<float[]> inputs) throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        assumeTrue(OnnxRuntime.isPresent(), OnnxRuntime.ABSENT);
        Path file = TestData.path(name);
        OnnxCase all = OnnxCase.run(file, inputs);
        Answers answers = new Answers(
                LayerComparison.of(file, inputs),
                all.decibels(all.integerAnswers()),
                all.imported().model().source().remarks());
        assertTrue(answers.decibels() >= 35, answers + ", seed " + SEED);
        DocumentedFigures documented =
                DocumentedFigures.of(file.getFileName().toString().replace(".onnx", ""));
        documented.requireCodes(answers.layers());
        documented.requireDecibels(answers.decibels());
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
