// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.tflite.TfliteRuntime.Kernels;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of two inputs against TensorFlow Lite. */
class SeveralInputsRuntimeTest {
    private static final int IMAGES = 20;
    private static final TensorShape IMAGE = new TensorShape(6, 5, 2);
    private static final TensorShape VECTOR = TensorShape.vector(3);

    @TempDir
    private Path folder = Path.of("");

    private final Random random = new Random();

    /** The second input gates what a convolution makes of the first; in the file it comes first. */
    @Test
    void shouldComputeFloatsAsTheRuntimeDoes() throws IOException, InterruptedException {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
        Map<String, TensorShape> inputs = new LinkedHashMap<>();
        inputs.put("vector", VECTOR);
        inputs.put("image", IMAGE);
        Graph made = new Graph(
                "gated",
                inputs,
                List.of(
                        new Node("stem", convolution(3, 2, 4), List.of("image"), "stem"),
                        new Node("gate", convolution(1, 3, 4), List.of("vector"), "gate"),
                        new Node("scale", new Multiply(Activation.NONE), List.of("stem", "gate"), "scaled"),
                        new Node("mean", new Operator.Mean(), List.of("scaled"), "pooled"),
                        new Node("last", convolution(1, 4, 5), List.of("pooled"), "logits")),
                List.of("logits"));
        Path file = Files.write(folder.resolve("model.tflite"), TfliteWriter.bytes(made, ""));
        Graph graph = new TfliteReader().read(file).graph();
        assertEquals(List.of("vector", "image"), graph.inputs());
        float[] input = floats(VECTOR.elements() + IMAGE.elements());
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * input.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(input);
        ByteBuffer expected = ByteBuffer.wrap(
                        TfliteRuntime.run(file, List.of(bytes.array())).get(0))
                .order(ByteOrder.LITTLE_ENDIAN);
        Map<String, Batch> batch = Map.of(
                "vector", new Batch(VECTOR, 1, Arrays.copyOf(input, 3)),
                "image", new Batch(IMAGE, 1, Arrays.copyOfRange(input, 3, input.length)));
        float[] actual = new FloatExecutor(Canonical.of(graph))
                .run(batch, (name, values) -> {})
                .values();
        for (float value : actual) {
            assertEquals(expected.getFloat(), value, 1e-5);
        }
        assertEquals(0, expected.remaining());
    }

    /** Grids of their own, and a difference whose operands change places when the inputs do. */
    @Test
    void shouldComputeCodesAsTheRuntimeDoes() throws IOException, InterruptedException {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
        Path file = Files.write(folder.resolve("model.tflite"), difference(false));
        ImportedModel model = new TfliteReader().read(file);
        IntegerNetwork network = Lowering.lower(Canonical.of(model.quantized().orElseThrow()));
        assertEquals(
                List.of("one", "other"),
                network.inputTensors().stream().map(Tensor::name).toList());
        Oracle oracle = Oracle.of(network);
        List<byte[]> inputs = IntStream.range(0, IMAGES)
                .mapToObj(image -> {
                    byte[] input = new byte[IMAGE.elements() + IMAGE.channels()];
                    random.nextBytes(input);
                    return input;
                })
                .toList();
        List<byte[]> expected = TfliteRuntime.run(file, inputs, Kernels.OWN);
        for (int image = 0; image < IMAGES; image++) {
            byte[] input = inputs.get(image);
            int[] actual = oracle.runCodes(IntStream.range(0, input.length)
                    .map(index -> input[index] + 128)
                    .toArray());
            for (int index = 0; index < actual.length; index++) {
                assertEquals(expected.get(image)[index] + 128, actual[index], 1);
            }
        }
    }

    /** Inputs of real numbers that are quantized first are left out, each for itself. */
    @Test
    void shouldLeaveOutTheQuantizationOfEachInput() {
        ImportedModel model = TfliteReader.of(Path.of("model.tflite"), difference(true));
        assertEquals(List.of("one", "other"), model.graph().inputs());
        assertTrue(model.quantized().isPresent());
    }

    private Operator convolution(int kernel, int inputs, int outputs) {
        return new Operator.Convolution(
                Window.of(kernel, kernel),
                new FloatTensor(List.of(outputs, kernel, kernel, inputs), floats(outputs * kernel * kernel * inputs)),
                new FloatTensor(List.of(outputs), floats(outputs)),
                Optional.empty(),
                Activation.NONE);
    }

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) (0.5 * random.nextGaussian());
        }
        return values;
    }

    /** An image less a pixel. */
    private static byte[] difference(boolean isFloat) {
        ModelBuilder builder = new ModelBuilder();
        List<Integer> image = List.of(1, IMAGE.height(), IMAGE.width(), IMAGE.channels());
        List<Integer> pixel = List.of(1, 1, 1, IMAGE.channels());
        int one = code(builder, "one", image, new Grid(1 / 32f, -10));
        int other = code(builder, "other", pixel, new Grid(1 / 20f, 30));
        int out = code(builder, "out", image, new Grid(1 / 16f, 5));
        List<Integer> inputs = List.of(one, other);
        if (isFloat) {
            inputs = List.of(builder.floatValue("image", image), builder.floatValue("pixel", pixel));
            builder.operator(BuiltinOperator.QUANTIZE, 1, List.of(inputs.get(1)), List.of(other), OptionTables.NONE);
            builder.operator(BuiltinOperator.QUANTIZE, 1, List.of(inputs.get(0)), List.of(one), OptionTables.NONE);
        }
        builder.operator(
                BuiltinOperator.SUB, 2, List.of(one, other), List.of(out), OptionTables.elementwise(Activation.NONE));
        return builder.finish("difference", "", inputs, List.of(out));
    }

    private static int code(ModelBuilder builder, String name, List<Integer> shape, Grid grid) {
        return builder.value(name, shape, TensorType.INT8, grid.table(builder.flat()));
    }
}
