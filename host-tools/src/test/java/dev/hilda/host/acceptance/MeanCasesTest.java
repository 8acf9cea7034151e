// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.oracle.Trace;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Averages whose result has a scale of its own, against the outputs that TensorFlow Lite gave. */
class MeanCasesTest {
    private static final byte AVERAGE_POOL_2D = 1;
    private static final byte MAX_POOL_2D = 17;

    /** Where c30 has its operator's code, as files have it today and as older ones had it. */
    private static final int[] OPERATOR_CODES_AT = {112, 116};

    @BeforeAll
    static void requireData() {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c19_mean_rescale", "c19c_mean_ratio10"})
    void shouldDifferByAtMostACode(String name) throws IOException {
        ImportedNetwork network = ImportedNetwork.of(model(name));
        byte[] inputs = Files.readAllBytes(TestData.path("cases/" + name + ".in0.bin"));
        byte[] recorded = Files.readAllBytes(TestData.path("cases/" + name + ".out0.bin"));
        int size = network.network().inputTensor().shape().elements();
        int outputs = network.network().outputTensor().shape().elements();
        int unequal = 0;
        int largest = 0;
        for (int index = 0; index < inputs.length / size; index++) {
            int[] output = network.ofInt8(Arrays.copyOfRange(inputs, index * size, (index + 1) * size));
            for (int channel = 0; channel < outputs; channel++) {
                int difference = Math.abs(output[channel] - 128 - recorded[index * outputs + channel]);
                unequal += difference == 0 ? 0 : 1;
                largest = Math.max(largest, difference);
            }
        }
        String all = unequal + " of " + recorded.length + " unequal, by up to " + largest;
        assertTrue(largest <= 1 && unequal <= recorded.length / 10, all);
    }

    /** TensorFlow Lite pools the codes and leaves them at that: the file does not say what it computes. */
    @ParameterizedTest
    @ValueSource(bytes = {MAX_POOL_2D, AVERAGE_POOL_2D})
    void shouldRefusePoolingToAnotherScale(byte operator, @TempDir Path folder) throws IOException {
        byte[] bytes = Files.readAllBytes(model("c30_pool_other_scale"));
        for (int at : OPERATOR_CODES_AT) {
            assertEquals(MAX_POOL_2D, bytes[at]);
            bytes[at] = operator;
        }
        Path file = Files.write(folder.resolve("pool.tflite"), bytes);
        ModelException refused = assertThrows(ModelException.class, () -> new TfliteReader().read(file));
        assertEquals(
                "an output of the input's scale 0.05000000074505806 and zero point 0",
                refused.expected().orElseThrow());
        assertEquals(
                "scale 0.019999999552965164 and zero point -20, to which TensorFlow Lite does not convert",
                refused.actual().orElseThrow());
    }

    /** Small averages of an input with a wide range: on the input's grid they would be a handful of codes. */
    @Test
    void shouldGiveAnAverageOfSmallValuesAGridOfItsOwn() throws IOException {
        String name = "c31_gap_small_values";
        Graph graph = Canonical.of(new TfliteReader().read(model(name)).graph());
        Images images = new Images(
                floats("cases/" + name + ".in0.bin"), graph.inputShape().elements());
        Map<String, Integer> activationBits = new HashMap<>();
        graph.values().forEach(value -> activationBits.put(value, 8));
        Map<String, Integer> weightBits = new HashMap<>();
        graph.weightedNodes().stream().map(Node::name).forEach(node -> weightBits.put(node, 8));
        IntegerNetwork network = Lowering.lower(Quantizer.quantize(
                        graph, images, activationBits, weightBits, QuantizeOptions.DEFAULT, (step, done, total) -> {})
                .graph());
        String pooled = graph.nodes().get(1).output();
        double decibels = decibels(graph, network, images, pooled);
        assertTrue(decibels > 40, decibels + " dB at " + pooled);
    }

    private static double decibels(Graph graph, IntegerNetwork network, Images images, String value) {
        int index = network.tensors().stream().map(Tensor::name).toList().indexOf(value);
        Tensor tensor = network.tensors().get(index);
        double signal = 0;
        double noise = 0;
        for (int image = 0; image < images.size(); image++) {
            List<Batch> exact = new ArrayList<>();
            new FloatExecutor(graph).run(new Batch(graph.inputShape(), 1, images.image(image)), (name, batch) -> {
                if (name.equals(value)) {
                    exact.add(batch);
                }
            });
            Trace trace = Oracle.of(network).traceCodes(codes(images.image(image), network.inputTensor()));
            for (int element = 0; element < tensor.shape().elements(); element++) {
                double expected = exact.get(0).values()[element];
                double actual = tensor.scale() * (trace.codes(index)[element] - tensor.zeroPoint());
                signal += expected * expected;
                noise += (actual - expected) * (actual - expected);
            }
        }
        return 10 * Math.log10(signal / noise);
    }

    private static int[] codes(float[] values, Tensor input) {
        int[] codes = new int[values.length];
        Arrays.setAll(codes, index -> {
            long code = Math.round(values[index] / input.scale()) + input.zeroPoint();
            return (int) Math.max(0, Math.min(255, code));
        });
        return codes;
    }

    private static Path model(String name) {
        return TestData.path("cases/" + name + ".tflite");
    }

    private static float[] floats(String file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(TestData.path(file)));
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static final class Images implements CalibrationData {
        private final float[] values;
        private final int elements;

        Images(float[] values, int elements) {
            this.values = values;
            this.elements = elements;
        }

        @Override
        public int size() {
            return values.length / elements;
        }

        @Override
        public float[] image(int index) {
            return Arrays.copyOfRange(values, index * elements, (index + 1) * elements);
        }

        @Override
        public Optional<ActivationQuantization> stored(int input) {
            return Optional.empty();
        }
    }
}
