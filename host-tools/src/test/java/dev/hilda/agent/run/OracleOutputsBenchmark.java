// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Packing;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle's outputs computed and from the cache. The file's name keeps it out of ordinary runs: {@code -Dtest=OracleOutputsBenchmark}. */
@Tag("benchmark")
class OracleOutputsBenchmark {
    private static final int IMAGES = 200;

    @TempDir
    private Path folder;

    @Test
    void shapes() throws Exception {
        Path model = Path.of(
                Objects.requireNonNull(OracleOutputsBenchmark.class.getResource("/dev/hilda/host/demo/shapes.tflite"))
                        .toURI());
        compare(
                "shapes",
                quantized(model, DataSets.shipped("shapes-calibration").limit(16)),
                DataSets.shipped("shapes-held-out").limit(IMAGES));
    }

    /** On pseudo-random inputs: the oracle takes as long for any. */
    @Test
    void ic01() throws Exception {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        Path model = TestData.path("models/ic01_resnet8_float.tflite");
        Graph graph = new TfliteReader().read(model).graph();
        DataSet images = RunInputs.seeded(1, 16).of(List.of(new Tensor("x", graph.inputShape(), 8, 0, 1 / 255.0)));
        IntegerNetwork network = quantized(model, images);
        compare("ic01", network, RunInputs.seeded(2, IMAGES).of(network.inputTensors()));
    }

    private static IntegerNetwork quantized(Path model, DataSet calibration) throws Exception {
        Graph graph = Logits.of(Canonical.of(new TfliteReader().read(model).graph()));
        Map<String, Integer> activations = new TreeMap<>();
        graph.values().forEach(value -> activations.put(value, 8));
        Map<String, Integer> weights = new TreeMap<>();
        for (Node node : graph.weightedNodes()) {
            weights.put(node.name(), 8);
        }
        return Lowering.lower(Quantizer.quantize(
                        graph,
                        CalibrationData.of(calibration),
                        activations,
                        weights,
                        QuantizeOptions.DEFAULT,
                        (step, done, total) -> {})
                .graph());
    }

    private void compare(String name, IntegerNetwork network, DataSet images) throws Exception {
        BuildCache cache = new BuildCache(folder.resolve("cache"));
        DataReading data = DataReading.of(images, network.inputTensors());
        Oracle oracle = Oracle.of(network);
        List<int[]> codes = new ArrayList<>();
        for (Sample sample : images) {
            byte[] bytes = sample.codes(network.inputTensors());
            int[] unsigned = new int[bytes.length];
            for (int index = 0; index < bytes.length; index++) {
                unsigned[index] = Byte.toUnsignedInt(bytes[index]);
            }
            codes.add(unsigned);
        }
        codes.forEach(oracle::runCodes); // Compiled by now.
        List<int[]> computed = new ArrayList<>();
        long start = System.nanoTime();
        OracleOutputs cold = open(cache, network, data);
        for (int[] input : codes) {
            byte[] packed = Packing.pack(network.inputTensors(), input);
            assertTrue(cold.outputs(packed).isEmpty());
            int[] outputs = oracle.runCodes(input);
            cold.computed(packed, outputs);
            computed.add(outputs);
        }
        cold.keep();
        long coldNanos = System.nanoTime() - start;
        start = System.nanoTime();
        OracleOutputs warm = open(cache, network, data);
        List<int[]> known = new ArrayList<>();
        for (int[] input : codes) {
            known.add(warm.outputs(Packing.pack(network.inputTensors(), input)).orElseThrow());
        }
        warm.keep();
        long warmNanos = System.nanoTime() - start;
        for (int input = 0; input < codes.size(); input++) {
            assertArrayEquals(computed.get(input), known.get(input));
        }
        System.out.printf(
                Locale.ROOT,
                "%s, %d images: computed and kept %.1f ms, from the cache %.1f ms, %.0f times%n",
                name,
                codes.size(),
                coldNanos / 1e6,
                warmNanos / 1e6,
                (double) coldNanos / warmNanos);
    }

    private static OracleOutputs open(BuildCache cache, IntegerNetwork network, DataReading data) {
        Optional<OracleOutputs> opened = OracleOutputs.open(cache, network, data, damage -> {
            throw new AssertionError(damage);
        });
        return opened.orElseThrow();
    }
}
