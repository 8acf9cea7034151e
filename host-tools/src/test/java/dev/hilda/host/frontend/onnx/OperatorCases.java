// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import onnx.Onnx.NodeProto;
import org.junit.jupiter.params.provider.Arguments;

/** Small float graphs of one operator, against ONNX Runtime. */
final class OperatorCases {
    private static final long SEED = Long.getLong("hilda.seed", 22);
    private static final int INPUTS = 2;
    private static final double LEAST_DECIBELS = 100;

    private OperatorCases() {}

    /** A graph from "x" to "y". */
    interface Body {
        void addTo(ModelBuilder model, Random random);
    }

    static Arguments graph(String name, int opset, int[] input, Body body) {
        return Arguments.of(name + ", opset " + opset, opset, input, body);
    }

    static Arguments one(String type, int opset, int[] input, Consumer<NodeProto.Builder> attributes) {
        return graph(type, opset, input, (model, random) -> model.node(type, List.of("x"), "y", attributes));
    }

    static Consumer<NodeProto.Builder> none() {
        return node -> {};
    }

    static int[] dims(int... dims) {
        return dims;
    }

    static ModelBuilder weights(ModelBuilder model, Random random, String name, Integer... dims) {
        int count = Dims.elements(List.of(dims));
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return model.floats(name, List.of(dims), values);
    }

    /** A model from a body, on ONNX Runtime and as we import it. */
    static void assertSame(Path folder, String name, int opset, int[] input, Body body) throws IOException {
        assumeTrue(OnnxRuntime.isPresent(), OnnxRuntime.ABSENT);
        Random random = new Random(SEED);
        ModelBuilder model = new ModelBuilder(opset).input("x", input);
        body.addTo(model, random);
        Path file = folder.resolve("model.onnx");
        Files.write(file, model.output("y").bytes());
        OnnxCase tried = OnnxCase.run(file, inputs(random, Dims.elements(Dims.of(input))));
        double decibels = tried.decibels(tried.floatAnswers());
        assertTrue(decibels >= LEAST_DECIBELS, name + ": " + decibels + " dB, seed " + SEED);
    }

    private static List<float[]> inputs(Random random, int count) {
        List<float[]> inputs = new ArrayList<>();
        for (int input = 0; input < INPUTS; input++) {
            float[] values = new float[count];
            for (int index = 0; index < count; index++) {
                values[index] = (float) random.nextGaussian();
            }
            inputs.add(values);
        }
        return inputs;
    }
}
