// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.network.WeightedLayer;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX files from {@code hilda inspect} to {@code hilda run} on the virtual board, whose every answer is the oracle's. */
class OnnxIT {
    private static final String BOARD = "virtual-nucleo-h743zi";
    private static final int SAMPLES = 6;
    private static final long SEED = 25;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @ParameterizedTest
    @ValueSource(strings = {"onnx/mnist_simplified", "models/TFC_2W2A"})
    void shouldRunOnTheBoard(String name) throws Exception {
        runOnTheBoard(name);
    }

    @Test
    void shouldRunByThresholdsOnTheBoard() throws Exception {
        runOnTheBoard("onnx/mnist_simplified", "--variant", "PC_THRESHOLDS");
        long layers = Bundle.read(bench.folder().resolve("model.hilda")).network().layers().stream()
                .filter(layer -> layer instanceof WeightedLayer weighted
                        && weighted.requantization().hasThresholds())
                .count();
        assertTrue(layers > 0, "no layer has thresholds");
    }

    @Tag("full")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "models/mobilenet_v2_0.35_128",
                "onnx/TFC_1W1A",
                "onnx/conv1d_sigmoid",
                "onnx/kwsmlp_w3a3",
                "onnx/micro_kws_m_static_fp32",
                "onnx/micro_kws_m_static_qdq",
                "onnx/micro_kws_m_static_qoperator",
                "onnx/micro_kws_m_static_qoperator_emx",
                "onnx/qkeras_jettagging"
            })
    void shouldRunEachPublicFileOnTheBoard(String name) throws Exception {
        runOnTheBoard(name);
    }

    private void runOnTheBoard(String name, String... options) throws Exception {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        String model = TestData.path(name + ".onnx").toString();
        JsonNode inspected = document("inspect", model);
        String data = dataSet(inspected.path("input").path("shape")).toString();
        Path bundle = bench.folder().resolve("model.hilda");
        List<String> arguments = new ArrayList<>(List.of(model, "--board", BOARD, "-o", bundle.toString()));
        arguments.addAll(List.of(options));
        if (!inspected.path("input").has("scale")) {
            arguments.addAll(List.of("--calibration", data));
        }
        JsonNode quantized = document("quantize", arguments.toArray(new String[0]));
        bench.board("--fast-flash");
        JsonNode run =
                document("run", bundle.toString(), "--on", BOARD, "--data", data, "--no-publish", "--allow-clipping");
        assertEquals(SAMPLES, run.path("parity_matched").asInt(), run + ", seed " + SEED);
        assertTrue(quantized.path("layers").size() > 1, quantized.toString());
    }

    private JsonNode document(String command, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(more));
        arguments.add("--json");
        Outcome outcome = bench.hilda(arguments.toArray(new String[0]));
        assertEquals(0, outcome.exitCode(), outcome.errText());
        return new ObjectMapper().readTree(outcome.out().get(outcome.out().size() - 1));
    }

    /** Gaussian, in the order of the network's own input. */
    private Path dataSet(JsonNode shape) throws IOException {
        int height = shape.get(0).asInt();
        int width = shape.get(1).asInt();
        int channels = shape.get(2).asInt();
        Random random = new Random(SEED);
        ByteBuffer bytes = ByteBuffer.allocate(SAMPLES * height * width * channels * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) (0.5 * random.nextGaussian()));
        }
        Files.write(bench.folder().resolve("gaussian.bin"), bytes.array());
        return Files.writeString(
                bench.folder().resolve("gaussian.yaml"),
                "name: gaussian\nlayout: raw\ndata: gaussian.bin\ndtype: f32\nshape: [%d, %d, %d]\nmetric: none\n"
                        .formatted(height, width, channels));
    }
}
