// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a step of ic01 takes, by the process's processor time. The file's name keeps it out of ordinary runs: {@code -Dtest=RetrainBenchmark}. */
@Tag("benchmark")
class RetrainBenchmark {
    private static final int IMAGES = 16;
    private static final int WARM_UP = 6;
    private static final int RUNS = 15;

    /** The clock moves in steps of 10 ms. */
    private static final int REPEATS = 10;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    @Test
    void stepOfIc01() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        Graph graph = Logits.of(Canonical.of(new TfliteReader()
                .read(TestData.path("models/ic01_resnet8_float.tflite"))
                .graph()));
        FakeQuantizedNetwork network = new FakeQuantizedNetwork(quantized(graph), LearnedQuantizers.DEFAULT);
        Map<String, Batch> images = Map.of(graph.input(), images(graph, IMAGES));
        FloatExecutor plain = new FloatExecutor(network.graph());
        FakeQuantizedNetwork.Snapshot snapshot = network.snapshot();
        double plainForward = median(() -> plain.run(images, (value, batch) -> {}));
        double forward = median(() -> snapshot.run(images));
        double both = median(() -> {
            FakeQuantizedNetwork.Pass pass = snapshot.run(images);
            Batch output = pass.value(graph.output());
            pass.backward(new HashMap<>(Map.of(graph.output(), output.values().clone())));
        });
        System.out.printf(
                Locale.ROOT,
                "ic01, %d images: plain forward %.1f ms, fake-quantized %.1f ms, forward and backward %.1f ms (%.2f times)%n",
                IMAGES,
                plainForward / 1e6,
                forward / 1e6,
                both / 1e6,
                both / forward);
    }

    private double median(Runnable work) {
        long[] nanoseconds = new long[RUNS];
        for (int run = -WARM_UP; run < RUNS; run++) {
            long began = system.getProcessCpuTime();
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                work.run();
            }
            nanoseconds[Math.max(0, run)] = (system.getProcessCpuTime() - began) / REPEATS;
        }
        Arrays.sort(nanoseconds);
        return nanoseconds[RUNS / 2];
    }

    private static QuantizedGraph quantized(Graph graph) {
        Map<String, Integer> activations = new HashMap<>();
        graph.values().forEach(value -> activations.put(value, graph.isInput(value) ? 8 : 4));
        Map<String, Integer> weights = new HashMap<>();
        graph.weightedNodes().forEach(node -> weights.put(node.name(), 4));
        Batch some = images(graph, 24);
        CalibrationData data = new CalibrationData() {
            @Override
            public int size() {
                return some.images();
            }

            @Override
            public float[] image(int index) {
                int elements = some.shape().elements();
                return Arrays.copyOfRange(some.values(), index * elements, (index + 1) * elements);
            }

            @Override
            public Optional<ActivationQuantization> stored(int input) {
                return Optional.empty();
            }
        };
        return Quantizer.quantize(graph, data, activations, weights, QuantizeOptions.DEFAULT, (step, done, total) -> {})
                .graph();
    }

    private static Batch images(Graph graph, int count) {
        Random random = new Random(1);
        float[] values = new float[count * graph.inputShape().elements()];
        for (int index = 0; index < values.length; index++) {
            values[index] = random.nextInt(256);
        }
        return new Batch(graph.inputShape(), count, values);
    }
}
