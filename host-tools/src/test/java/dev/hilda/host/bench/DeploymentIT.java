// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From a trained file to accuracy on a flashed board, as a user does it: {@code hilda quantize}, {@code hilda run}. */
class DeploymentIT {
    private static final String BOARD = "virtual-nucleo-h743zi";
    private static final int STACK_BYTES = 16384;
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final List<String> TIGHT = List.of("--flash-budget", "60000", "--ram-budget", "32000");

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @BeforeAll
    static void requireData() {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
    }

    @Test
    void shouldDeployAFloatModelInMixedPrecision() throws Exception {
        deployImageClassifier(3, "16");
    }

    /** A small one: what the long sweep does with the image classifier. */
    @Test
    void shouldMakeTheSameBundleElsewhere() throws Exception {
        Path model = Path.of("src/main/resources/dev/hilda/host/demo/shapes.tflite");
        List<String> options = new ArrayList<>(List.of("--flash-budget", "40000", "--ram-budget", "10000"));
        options.addAll(List.of("--calibration-images", "4"));
        options.addAll(
                calibrated(Path.of("../agent/src/main/resources/dev/hilda/agent/dataset/shapes-calibration.yaml")));
        Path bundle = bench.folder().resolve("shapes.hilda");
        assertMixed(quantize(Map.of(), model, bundle, options), 40000, 10000);
        assertSameElsewhere(bundle, model, options);
    }

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void shouldDeployAFloatModelInMixedPrecisionOnAllImages() throws Exception {
        Path bundle = deployImageClassifier(400, "932");
        assertSameElsewhere(bundle, model("ic01_resnet8_float"), tight("932"));
    }

    private List<String> tight(String calibrationImages) throws IOException {
        List<String> options = new ArrayList<>(TIGHT);
        options.addAll(List.of("--calibration-images", calibrationImages));
        options.addAll(calibrated(TestDataSets.cifarTrain(bench.folder())));
        return options;
    }

    private Path deployImageClassifier(int images, String calibrationImages) throws Exception {
        Path bundle = bench.folder().resolve("ic01.hilda");
        JsonNode quantized = quantize("ic01_resnet8_float", bundle, tight(calibrationImages));
        assertMixed(quantized, 60000, 32000);
        Path test = TestDataSets.cifarTest(bench.folder());
        assertRunsAsTheOracle(run(bundle, test, images), bundle, test, images);
        return bundle;
    }

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void shouldDeployAMobileNetInMixedPrecision() throws Exception {
        int images = 100;
        Path data = TestDataSets.imageNet(bench.folder());
        Path bundle = bench.folder().resolve("mobilenet.hilda");
        List<String> options = new ArrayList<>(List.of("--requantize"));
        options.addAll(List.of("--flash-budget", "1024000", "--ram-budget", "256000"));
        options.addAll(List.of("--calibration-images", "64"));
        options.addAll(calibrated(data));
        JsonNode quantized = quantize("mobilenet_v1_0.5_160_quant", bundle, options);
        assertMixed(quantized, 1024000, 256000);
        assertRunsAsTheOracle(run(bundle, data, images), bundle, data, images);
    }

    @Test
    void shouldRunQuantizedModelsAsTheyAre() throws Exception {
        JsonNode keywords = run(model("kws01_dscnn_int8"), TestDataSets.keywords(bench.folder()), 12);
        assertPassed(keywords, 12);
        assertEquals(11, keywords.path("top1_images").asInt(), keywords.toString());
        JsonNode sounds = run(model("ad01_fcae_int8"), TestDataSets.machineSounds(bench.folder()), 3);
        assertPassed(sounds, 3);
        double error = sounds.path("mse").asDouble();
        assertTrue(error > 5 && error < 20, "MSE " + error);
    }

    /** Its answers are both outputs one after the other, at a rate that the user chose. */
    @Test
    void shouldRunAModelWithTwoOutputs() throws Exception {
        bench.board("--fast-flash");
        Path model = TestData.path("cases/c18_two_outputs.tflite");
        Outcome outcome = hilda(
                Map.of(),
                "run",
                model.toString(),
                "--on",
                BOARD,
                "--baud",
                "2000000",
                "--limit",
                "20",
                "--no-publish",
                "--json");
        JsonNode result = document(outcome);
        assertPassed(result, 20);
        assertEquals(2_000_000, result.path("line_baud").asLong());
        assertEquals(
                6 * 4 + 24 + 4L * result.path("layers").size(),
                result.path("answer_bytes").asLong());
    }

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void shouldSpotEveryKeywordAsTheOracleDoes() throws Exception {
        Path data = TestDataSets.keywords(bench.folder());
        Path bundle = bench.folder().resolve("kws01.hilda");
        quantize("kws01_dscnn_int8", bundle, List.of());
        JsonNode result = run(bundle, data, 500);
        assertRunsAsTheOracle(result, bundle, data, 500);
        assertEquals(449, result.path("top1_images").asInt(), 2, result.toString());
    }

    /** Without the build cache, on one thread and without AVX: the bundle's bytes must be the same. The natives are not built. */
    private void assertSameElsewhere(Path bundle, Path model, List<String> options) throws Exception {
        Path second = bench.folder().resolve("second.hilda");
        Map<String, String> elsewhere = Map.of(
                "XDG_CACHE_HOME",
                bench.folder().resolve("another cache").toString(),
                "JAVA_TOOL_OPTIONS",
                "-XX:UseAVX=0 -Djava.util.concurrent.ForkJoinPool.common.parallelism=1"
                        + " -Dorg.bytedeco.javacpp.cachedir="
                        + TestBench.cacheFolder().resolve("tensor"));
        quantize(elsewhere, model, second, options);
        assertArrayEquals(Files.readAllBytes(bundle), Files.readAllBytes(second));
    }

    private static List<String> calibrated(Path data) {
        return List.of("--calibration", data.toString());
    }

    private JsonNode quantize(String model, Path bundle, List<String> options) throws Exception {
        return quantize(Map.of(), model(model), bundle, options);
    }

    private JsonNode quantize(Map<String, String> environment, Path model, Path bundle, List<String> options)
            throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("quantize", model.toString(), "--board", BOARD, "-o", bundle.toString(), "--json"));
        arguments.addAll(options);
        return document(hilda(environment, arguments.toArray(new String[0])));
    }

    private JsonNode run(Path file, Path data, int images) throws Exception {
        bench.board("--fast-flash");
        Outcome outcome = hilda(
                Map.of(),
                "run",
                file.toString(),
                "--on",
                BOARD,
                "--data",
                data.toString(),
                "--limit",
                String.valueOf(images),
                "--mqtt",
                bench.broker(),
                "--json");
        bench.endBoards();
        return document(outcome);
    }

    /** With more patience than for a run that does little. */
    private Outcome hilda(Map<String, String> environment, String... arguments) throws Exception {
        if (environment.isEmpty()) {
            return bench.hilda(PATIENCE, List.of(arguments));
        }
        Process process = bench.startHilda(environment, arguments);
        assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "hilda still runs");
        return bench.outcome(process);
    }

    private static Path model(String name) {
        return TestData.path("models/" + name + ".tflite");
    }

    private static JsonNode document(Outcome outcome) throws IOException {
        assertEquals(0, outcome.exitCode(), outcome.errText());
        return new ObjectMapper().readTree(outcome.out().get(outcome.out().size() - 1));
    }

    private static void assertMixed(JsonNode quantized, long flashBudget, long ramBudget) {
        int narrowActivations = 0;
        int narrowWeights = 0;
        for (JsonNode layer : quantized.path("layers")) {
            narrowActivations += layer.path("q_out").asInt() < 8 ? 1 : 0;
            narrowWeights += layer.path("q_w").asInt(8) < 8 ? 1 : 0;
            assertTrue(layer.path("scheme").asText().matches("[a-z_]+_a[248].*"), layer.toString());
            double noise = layer.path("sqnr_db").asDouble();
            assertTrue(noise > 0 && noise < 100, layer.toString());
        }
        assertTrue(narrowActivations > 0, "every activation has 8 bits: " + quantized);
        assertTrue(narrowWeights > 0, "every weight has 8 bits: " + quantized);
        assertTrue(quantized.path("ram_bytes").asLong() <= ramBudget, quantized.toString());
        long parameters = quantized.path("ro_bytes").asLong();
        assertTrue(parameters > 0 && parameters <= flashBudget, quantized.toString());
    }

    private static void assertRunsAsTheOracle(JsonNode result, Path bundle, Path data, int images) {
        assertPassed(result, images);
        Bundle read = Bundle.read(bundle);
        Oracle oracle = Oracle.of(read.network());
        int correct = 0;
        for (Sample sample : DataSets.open(data).limit(images)) {
            byte[] codes = sample.codes(read.network().inputTensors());
            int[] unsigned = new int[codes.length];
            for (int i = 0; i < codes.length; i++) {
                unsigned[i] = Byte.toUnsignedInt(codes[i]);
            }
            correct += largest(oracle.runCodes(unsigned)) == sample.label().orElseThrow() ? 1 : 0;
        }
        assertEquals(correct, result.path("top1_images").asInt(), result.toString());
        assertEquals((double) correct / images, result.path("accuracy_top1").asDouble(), 1e-6, result.toString());
        assertEquals(read.modelHash(), result.path("model_hash").asText());
        assertEquals(read.image().sizeBytes(), result.path("flash_bytes").asLong());
        assertEquals(read.report().arenaBytes(), result.path("arena_bytes").asLong());
        assertTrue(read.report().arenaBytes() < read.report().aliveBytes(), read.report()::toString);
        assertTrue(
                read.provenance().quantizeArguments().contains("--ram-model=published"), read.provenance()::toString);
        assertTrue(result.path("quantize_arguments").toString().contains("--ram-model=published"), result.toString());
        long stackPeak = result.path("stack_peak_bytes").asLong();
        assertTrue(stackPeak > 0 && stackPeak <= read.report().stackBytes(), read.report() + ": " + result);
    }

    private static void assertPassed(JsonNode result, int images) {
        String text = result.toString();
        assertTrue(result.path("passed").asBoolean(), text);
        assertEquals(images, result.path("images").asInt(), text);
        assertEquals(images, result.path("parity_matched").asInt(), text);
        assertEquals("estimated", result.path("timing").asText(), text);
        assertTrue(result.path("cycles_p50").asLong() > 0, text);
        assertTrue(result.path("flash_bytes").asLong() > 0, text);
        long peak = result.path("ram_peak_bytes").asLong();
        long arena = result.path("arena_bytes").asLong();
        assertTrue(peak > 0 && peak <= arena + STACK_BYTES, text);
        // Planned on the host in words, painted on the board by bytes.
        long painted = result.path("arena_peak_bytes").asLong();
        assertTrue(painted <= arena && painted > arena - Math.max(arena / 100, Integer.BYTES), text);
    }

    private static int largest(int[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }
}
