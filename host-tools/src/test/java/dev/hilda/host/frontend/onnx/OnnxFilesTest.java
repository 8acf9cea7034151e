// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Public files against the outputs that ONNX Runtime gave for 8 inputs each. */
class OnnxFilesTest {
    private static final int INPUTS = 8;

    @ParameterizedTest
    @ValueSource(strings = {"mnist_simplified", "micro_kws_m_static_fp32", "conv1d_sigmoid"})
    void shouldAnswerAsOnnxRuntimeDid(String name) throws IOException {
        OnnxCase recorded = recorded(name);
        double decibels = recorded.decibels(recorded.floatAnswers());
        assertTrue(decibels >= 110, name + ": " + decibels + " dB");
        DocumentedFigures.of(name).requireDecibels(decibels);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"micro_kws_m_static_qdq", "micro_kws_m_static_qoperator", "micro_kws_m_static_qoperator_emx"})
    void shouldAnswerCodesAsOnnxRuntimeDid(String name) throws IOException {
        assumeTrue(OnnxRuntime.isPresent(), OnnxRuntime.ABSENT);
        OnnxCase recorded = recorded(name);
        Path file = TestData.path("onnx/" + name + ".onnx");
        LayerComparison layers = LayerComparison.of(file, recorded.inputs());
        assertTrue(layers.layers() >= 8, layers::toString);
        // DequantizeLinear, Conv and QuantizeLinear round in float32, which the operators on codes do not.
        DocumentedFigures.of(name).requireCodes(layers);
        assertTrue(layers.largestAllTheWay() <= 1, layers::toString);
    }

    private static OnnxCase recorded(String name) throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        return OnnxCase.of(
                TestData.path("onnx/" + name + ".onnx"), floats(name + ".in0.bin"), floats(name + ".out0.bin"));
    }

    private static List<float[]> floats(String file) throws IOException {
        return OnnxCase.parts(OnnxCase.floats(Files.readAllBytes(TestData.path("onnx/" + file))), INPUTS);
    }
}
