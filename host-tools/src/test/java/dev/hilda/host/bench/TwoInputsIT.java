// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static dev.hilda.host.bench.TestBench.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.dataset.NpyArray;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import dev.hilda.host.bench.TestBench.Outcome;
import dev.hilda.host.frontend.tflite.TfliteWriter;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A model file of two inputs, from {@code hilda quantize} to {@code hilda run} and {@code hilda invoke}. */
class TwoInputsIT {
    private static final String BOARD = "virtual-nucleo-h743zi";
    private static final int IMAGES = 12;
    private static final int CLASSES = 5;
    private static final TensorShape IMAGE = new TensorShape(6, 5, 2);
    private static final TensorShape VECTOR = TensorShape.vector(3);
    private static final Duration ARRIVAL = Duration.ofSeconds(5);

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private final Random random = new Random(5);
    private final float[] vectors = floats(IMAGES * VECTOR.elements());
    private final float[] images = floats(IMAGES * IMAGE.elements());

    @Test
    void shouldBeQuantizedRunAndInvoked() throws Exception {
        Path bundle = bench.folder().resolve("gated.hilda");
        String data = dataSet().toString();
        ok(bench.hilda(
                "quantize", model().toString(), "--board", BOARD, "--calibration", data, "-o", bundle.toString()));
        VirtualBoard board = bench.board("--fast-flash");
        JsonNode run = document("run", bundle.toString(), "--data", data, "--no-publish");
        assertEquals(IMAGES, run.path("parity_matched").asInt(), run.toString());

        String vector = array("vector.npy", "(" + IMAGES + ", 3)", vectors);
        String image = array("image.npy", "(" + IMAGES + ", 6, 5, 2)", images);
        Path answers = bench.folder().resolve("y.npy");
        String broker = bench.broker();
        JsonNode invoked = document(
                "invoke",
                bundle.toString(),
                "--input",
                vector,
                "--input",
                image,
                "-o",
                answers.toString(),
                "--mqtt",
                broker,
                "--bench",
                "it");
        assertEquals(2, invoked.path("input_arrays").asInt(), invoked.toString());
        assertEquals(invoked.toString(), retained(broker, Topics.of("it", BOARD, board.serial())));
        assertOracles(NpyArray.read(answers), Bundle.read(bundle).network());

        String[] swapped = {
            "invoke", bundle.toString(), "--on", BOARD, "--input", image, "--input", vector, "-o", answers.toString()
        };
        assertFails(11, "dataset", "image.npy", bench.hilda(swapped));
    }

    /** The first input weighs what a convolution makes of the second. */
    private Path model() throws IOException {
        Map<String, TensorShape> inputs = new LinkedHashMap<>();
        inputs.put("vector", VECTOR);
        inputs.put("image", IMAGE);
        Graph graph = new Graph(
                "gated",
                inputs,
                List.of(
                        new Node("stem", convolution(3, 2, 4), List.of("image"), "stem"),
                        new Node("gate", convolution(1, 3, 4), List.of("vector"), "gate"),
                        new Node("scale", new Multiply(Activation.NONE), List.of("stem", "gate"), "scaled"),
                        new Node("mean", new Operator.Mean(), List.of("scaled"), "pooled"),
                        new Node("last", convolution(1, 4, CLASSES), List.of("pooled"), "logits")),
                List.of("logits"));
        return Files.write(bench.folder().resolve("gated.tflite"), TfliteWriter.bytes(graph, ""));
    }

    private Operator convolution(int kernel, int inputs, int outputs) {
        return new Operator.Convolution(
                Window.of(kernel, kernel),
                new FloatTensor(List.of(outputs, kernel, kernel, inputs), floats(outputs * kernel * kernel * inputs)),
                new FloatTensor(List.of(outputs), floats(outputs)),
                Optional.empty(),
                Activation.NONE);
    }

    /** The YAML lists the inputs in another order than the model has them. */
    private Path dataSet() throws IOException {
        Files.write(bench.folder().resolve("vectors.bin"), bytes(vectors));
        Files.write(bench.folder().resolve("images.bin"), bytes(images));
        return Files.writeString(bench.folder().resolve("both.yaml"), """
                name: both
                layout: raw
                inputs:
                  - {name: image, data: images.bin, dtype: f32, shape: [6, 5, 2]}
                  - {name: vector, data: vectors.bin, dtype: f32, shape: [3]}
                labels: [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]
                metric: top1
                """);
    }

    private void assertOracles(NpyArray answers, IntegerNetwork network) {
        assertEquals(List.of(IMAGES, CLASSES), answers.extents());
        Oracle oracle = Oracle.of(network);
        for (int sample = 0; sample < IMAGES; sample++) {
            int[] codes = new int[VECTOR.elements() + IMAGE.elements()];
            for (int index = 0; index < codes.length; index++) {
                boolean first = index < VECTOR.elements();
                Tensor input = network.inputTensors().get(first ? 0 : 1);
                float real = first
                        ? vectors[sample * VECTOR.elements() + index]
                        : images[sample * IMAGE.elements() + index - VECTOR.elements()];
                long code = Math.round(real / input.scale()) + input.zeroPoint();
                codes[index] = (int) Math.max(0, Math.min(255, code));
            }
            int[] outputs = oracle.runCodes(codes);
            Tensor output = network.outputTensor();
            double[] row = answers.row(sample);
            for (int index = 0; index < CLASSES; index++) {
                double expected = output.scale() * ((double) outputs[index] - output.zeroPoint());
                assertEquals(expected, row[index], 1e-6, sample + ", " + index);
            }
        }
    }

    private JsonNode document(String command, String file, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command, file, "--on", BOARD, "--json"));
        arguments.addAll(List.of(more));
        Outcome outcome = ok(bench.hilda(arguments.toArray(new String[0])));
        return new ObjectMapper().readTree(outcome.out().get(outcome.out().size() - 1));
    }

    private static Outcome ok(Outcome outcome) {
        assertEquals(0, outcome.exitCode(), outcome.errText());
        return outcome;
    }

    /** Nothing may stand where data sets' results do. */
    private static String retained(String broker, Topics topics) throws InterruptedException {
        try (MqttConnection reader = MqttConnection.open(BrokerAddress.parse(broker), Optional.empty())) {
            reader.subscribe(topics.latest("gated.invoke"));
            String content = reader.next(ARRIVAL).orElseThrow().content();
            reader.subscribe(topics.latest("gated"));
            assertTrue(reader.next(Duration.ofMillis(500)).isEmpty());
            return content;
        }
    }

    private String array(String name, String shape, float[] values) throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
        String padded = header + " ".repeat(117 - header.length()) + "\n";
        byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) padded.length(), 0};
        byte[] text = padded.getBytes(StandardCharsets.US_ASCII);
        byte[] data = bytes(values);
        ByteBuffer file = ByteBuffer.allocate(start.length + text.length + data.length);
        return Files.write(
                        bench.folder().resolve(name),
                        file.put(start).put(text).put(data).array())
                .toString();
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) (0.5 * random.nextGaussian());
        }
        return values;
    }
}
