// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizationResult;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The float ResNet8 of MLPerf Tiny, which gets 358 of the 400 test images right, quantized with training images and no
 * labels; what counts is the integer network.
 */
class Ic01QuantizationTest {
    private static final int CALIBRATION_IMAGES_IN_SHORT = 256;
    private static final int FRESH_IMAGES = 200;

    @TempDir
    Path folder;

    private Graph graph;
    private DataSet calibration;
    private DataSet test;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        graph = Logits.of(Canonical.of(new TfliteReader()
                .read(TestData.path("models/ic01_resnet8_float.tflite"))
                .graph()));
        calibration = images("samples/cifar10-train-932");
        test = images("samples/cifar10-test-400");
    }

    /** Nor says it of the noise what holds for the calibration images alone. */
    @Test
    void shouldLoseNoMoreThanEightImagesWithWeightsOfFourBits() {
        QuantizationResult result = quantize(calibration.limit(CALIBRATION_IMAGES_IN_SHORT), 8, 4, 8);
        int right = right(result);
        assertTrue(right >= 350, right + " of 400");
        double told = result.layers().get(result.layers().size() - 1).signalToNoiseDecibels();
        double fresh = decibels(
                result, calibration.stream().skip(CALIBRATION_IMAGES_IN_SHORT).limit(FRESH_IMAGES));
        assertEquals(fresh, told, 1, "SQNR of the logits in dB");
    }

    private double decibels(QuantizationResult result, Stream<Sample> images) {
        IntegerNetwork network = Lowering.lower(result.graph());
        Oracle oracle = Oracle.of(network);
        FloatExecutor executor = new FloatExecutor(graph);
        double signal = 0;
        double error = 0;
        for (Sample sample : images.toList()) {
            Batch image = new Batch(graph.inputShape(), 1, sample.reals());
            float[] exact = executor.run(image, (value, activations) -> {}).values();
            int[] logits = oracle.runCodes(codes(sample, network));
            for (int index = 0; index < exact.length; index++) {
                double difference =
                        exact[index] - logits[index] * network.outputTensor().scale();
                signal += (double) exact[index] * exact[index];
                error += difference * difference;
            }
        }
        return 10 * Math.log10(signal / error);
    }

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void shouldLoseNoMoreWithEveryCalibrationImage() {
        int eight = right(calibration, 8, 8, 8);
        int four = right(calibration, 8, 4, 8);
        assertTrue(eight >= 356 && four >= 350, "8 bits: " + eight + ", weights of 4 bits: " + four);
    }

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void shouldStayUsefulWithFewerBits() {
        int four = right(calibration, 4, 4, 8);
        int two = right(calibration, 8, 2, 8);
        assertTrue(four >= 345 && two >= 320, "weights of 4 bits everywhere: " + four + ", of 2 bits: " + two);
    }

    private int right(DataSet calibration, int firstWeightBits, int weightBits, int activationBits) {
        return right(quantize(calibration, firstWeightBits, weightBits, activationBits));
    }

    private QuantizationResult quantize(DataSet calibration, int firstWeightBits, int weightBits, int activationBits) {
        Map<String, Integer> activations = new TreeMap<>();
        graph.values().forEach(value -> activations.put(value, activationBits));
        Map<String, Integer> weights = new TreeMap<>();
        for (Node node : graph.weightedNodes()) {
            weights.put(node.name(), weights.isEmpty() ? firstWeightBits : weightBits);
        }
        return Quantizer.quantize(
                graph,
                CalibrationData.of(calibration),
                activations,
                weights,
                QuantizeOptions.DEFAULT,
                (step, done, total) -> {});
    }

    private int right(QuantizationResult result) {
        IntegerNetwork network = Lowering.lower(result.graph());
        Oracle oracle = Oracle.of(network);
        return (int) test.stream()
                .filter(sample -> ImportedNetwork.argmax(oracle.runCodes(codes(sample, network)))
                        == sample.label().orElseThrow())
                .count();
    }

    private static int[] codes(Sample sample, IntegerNetwork network) {
        byte[] stored = sample.codes(network.inputTensors());
        int[] codes = new int[stored.length];
        for (int index = 0; index < codes.length; index++) {
            codes[index] = Byte.toUnsignedInt(stored[index]);
        }
        return codes;
    }

    private DataSet images(String name) throws IOException {
        Path yaml = folder.resolve("images.yaml");
        Files.writeString(yaml, """
                name: cifar10
                layout: raw
                dtype: u8
                shape: [32, 32, 3]
                data: images_hwc_u8.bin
                labels: labels_u8.bin
                metric: top1
                """);
        return DataSets.open(yaml, TestData.path(name));
    }
}
