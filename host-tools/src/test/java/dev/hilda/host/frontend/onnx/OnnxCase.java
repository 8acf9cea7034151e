// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.ModelProto;

/** A model file with inputs, in the file's order of elements, and what another program answers to them. */
record OnnxCase(OnnxReader.Import imported, List<float[]> inputs, List<float[]> expected) {
    static OnnxCase of(Path model, List<float[]> inputs, List<float[]> expected) throws IOException {
        return new OnnxCase(OnnxReader.of(model, Files.readAllBytes(model)), inputs, expected);
    }

    /** With the answers of ONNX Runtime, which runs it in standard operators. */
    static OnnxCase run(Path model, List<float[]> inputs) throws IOException {
        Path standard = Files.createTempFile("standard", ".onnx");
        List<byte[]> answers;
        try {
            ModelProto given = ModelProto.parseFrom(Files.readAllBytes(model));
            Files.write(standard, StandardOperators.of(given).toByteArray());
            answers = OnnxRuntime.run(
                    standard, inputs.stream().map(OnnxCase::bytes).toList());
        } finally {
            Files.delete(standard);
        }
        return of(model, inputs, answers.stream().map(OnnxCase::floats).toList());
    }

    /** What our float graph answers, in the file's order: its first output. */
    List<float[]> floatAnswers() {
        Graph graph = Canonical.of(imported.model().graph());
        List<float[]> answers = new ArrayList<>();
        for (float[] input : inputs) {
            Map<String, Batch> fed = new LinkedHashMap<>();
            int read = 0;
            for (int index = 0; index < graph.inputs().size(); index++) {
                String name = graph.inputs().get(index);
                int count = graph.shape(name).elements();
                float[] own = Arrays.copyOfRange(input, read, read + count);
                fed.put(
                        name,
                        new Batch(
                                graph.shape(name), 1, toGraph(imported.inputs().get(index), own)));
                read += count;
            }
            assertEquals(input.length, read);
            float[] made = new FloatExecutor(graph)
                    .run(fed, (value, activations) -> {})
                    .values();
            answers.add(toFile(imported.outputs().get(0), made));
        }
        return answers;
    }

    IntegerNetwork network() {
        return Lowering.lower(Canonical.of(imported.model().quantized().orElseThrow()));
    }

    /** What the integer network answers, as real numbers, in the file's order: its first output. */
    List<float[]> integerAnswers() {
        IntegerNetwork network = network();
        Oracle oracle = Oracle.of(network);
        Tensor output = network.outputTensors().get(0);
        List<float[]> answers = new ArrayList<>();
        for (float[] input : inputs) {
            int[] answer = oracle.runCodes(codes(network, input));
            float[] reals = new float[output.shape().elements()];
            for (int index = 0; index < reals.length; index++) {
                reals[index] = (float) (output.scale() * (answer[index] - output.zeroPoint()));
            }
            answers.add(toFile(imported.outputs().get(0), reals));
        }
        return answers;
    }

    /** Of the network's inputs, one after the other. */
    int[] codes(IntegerNetwork network, float[] input) {
        int[] codes = new int[input.length];
        int read = 0;
        for (int index = 0; index < network.inputTensors().size(); index++) {
            Tensor tensor = network.inputTensors().get(index);
            int count = tensor.shape().elements();
            float[] own = toGraph(imported.inputs().get(index), Arrays.copyOfRange(input, read, read + count));
            for (int element = 0; element < count; element++) {
                double code = Math.rint(own[element] / (float) tensor.scale()) + tensor.zeroPoint();
                codes[read + element] = (int) Math.max(0, Math.min((1 << tensor.bits()) - 1, code));
            }
            read += count;
        }
        return codes;
    }

    static float[] toGraph(Layout layout, float[] file) {
        int[] positions = layout.positions();
        float[] graph = new float[file.length];
        for (int index = 0; index < file.length; index++) {
            graph[positions[index]] = file[index];
        }
        return graph;
    }

    static float[] toFile(Layout layout, float[] graph) {
        int[] positions = layout.positions();
        float[] file = new float[graph.length];
        for (int index = 0; index < graph.length; index++) {
            file[index] = graph[positions[index]];
        }
        return file;
    }

    /** Signal to noise of answers, in decibels. */
    double decibels(List<float[]> answers) {
        double signal = 0;
        double noise = 0;
        for (int index = 0; index < answers.size(); index++) {
            assertEquals(expected.get(index).length, answers.get(index).length);
            for (int element = 0; element < answers.get(index).length; element++) {
                double exact = expected.get(index)[element];
                double error = exact - answers.get(index)[element];
                signal += exact * exact;
                noise += error * error;
            }
        }
        return 10 * Math.log10(signal / noise);
    }

    static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    static float[] floats(byte[] bytes) {
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    static List<float[]> parts(float[] all, int count) {
        List<float[]> parts = new ArrayList<>();
        int length = all.length / count;
        for (int part = 0; part < count; part++) {
            parts.add(Arrays.copyOfRange(all, part * length, (part + 1) * length));
        }
        return parts;
    }
}
