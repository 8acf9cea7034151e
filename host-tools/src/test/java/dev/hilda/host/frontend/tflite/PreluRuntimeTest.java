// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.hilda.agent.network.LookupLayer;
import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.tflite.TfliteRuntime.Kernels;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatOperators;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PRELU of every code in every channel, and of random floats, against TensorFlow Lite. */
class PreluRuntimeTest {
    private static final int CODES = 256;
    private static final int CHANNELS = 7;
    private static final List<Integer> SHAPE = List.of(1, 16, 16, CHANNELS);
    private static final List<Integer> ALPHA = List.of(1, 1, CHANNELS);
    private static final Grid NONE = new Grid(0, 0);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldComputeFloatsAsTheRuntimeDoes() throws IOException, InterruptedException {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
        Random random = new Random();
        float[] input = gaussian(random, CODES * CHANNELS);
        byte[] model = model(TensorType.FLOAT32, NONE, NONE, NONE, ALPHA, floats(gaussian(random, CHANNELS)));
        ByteBuffer expected = run(model, floats(input), Kernels.XNNPACK).order(ByteOrder.LITTLE_ENDIAN);
        var graph = read(model).graph();
        float[] actual = FloatOperators.run(
                        graph.nodes().get(0).operator(), List.of(new Batch(graph.inputShape(), 1, input)))
                .values();
        for (float value : actual) {
            float reference = expected.getFloat();
            assertEquals(reference, value, 1e-6 * Math.max(1, Math.abs(reference)));
        }
        assertEquals(0, expected.remaining());
    }

    /**
     * At most one code apart.
     *
     * @param rarely part of the codes that may differ: the runtime rounds twice
     */
    @ParameterizedTest
    @CsvSource({"INT8, XNNPACK, 0.02", "INT8, OWN, 0.02", "UINT8, OWN, 0.02"})
    void shouldComputeCodesAsTheRuntimeDoes(TensorType type, Kernels kernels, double rarely)
            throws IOException, InterruptedException {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
        Random random = new Random();
        int lowest = -type.codeOffset();
        Grid from = new Grid(1 / 32f, lowest + CODES / 4 + random.nextInt(CODES / 2));
        Grid to = new Grid((float) (from.scale() * (0.6 + random.nextDouble())), lowest + random.nextInt(CODES));
        Grid alpha = new Grid(1 / 100f, lowest + CODES / 2);
        byte[] slopes = new byte[CHANNELS];
        random.nextBytes(slopes);
        byte[] input = new byte[CODES * CHANNELS];
        IntStream.range(0, input.length).forEach(index -> input[index] = (byte) (index / CHANNELS + lowest));
        byte[] model = model(type, from, to, alpha, ALPHA, slopes);
        ByteBuffer expected = run(model, input, kernels);
        var network = Lowering.lower(Canonical.of(read(model).quantized().orElseThrow()));
        assertTrue(network.layers().get(0) instanceof PreluLayer, network.toString());
        int[] actual = Oracle.of(network)
                .runCodes(IntStream.range(0, input.length)
                        .map(index -> index / CHANNELS)
                        .toArray());
        int unequal = 0;
        for (int index = 0; index < actual.length; index++) {
            int reference = (expected.get() + type.codeOffset()) & 0xFF;
            String where = "code " + index / CHANNELS + " of " + from + " to " + to + " by " + slopes[index % CHANNELS];
            assertEquals(reference, actual[index], 1, where);
            unequal += reference == actual[index] ? 0 : 1;
        }
        assertTrue(unequal <= rarely * actual.length, unequal + " of " + actual.length + " codes are unequal");
    }

    /** A single slope is a table of codes; slopes along the channels may leave out the axes before them. */
    @Test
    void shouldTakeOneSlopeOrOneForEachChannel() {
        Grid grid = new Grid(1 / 32f, 3);
        var one = read(model(TensorType.INT8, grid, grid, grid, List.of(1, 1, 1), new byte[1]));
        assertTrue(
                Lowering.lower(Canonical.of(one.quantized().orElseThrow()))
                                .layers()
                                .get(0)
                        instanceof LookupLayer);
        byte[] slopes = floats(0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f);
        assertEquals(
                read(model(TensorType.FLOAT32, NONE, NONE, NONE, ALPHA, slopes))
                        .graph()
                        .nodes(),
                read(model(TensorType.FLOAT32, NONE, NONE, NONE, List.of(CHANNELS), slopes))
                        .graph()
                        .nodes());
    }

    @Test
    void shouldRefuseSlopesOfPixels() {
        String refused = String.valueOf(assertThrows(
                        ModelException.class,
                        () -> read(model(
                                TensorType.FLOAT32, NONE, NONE, NONE, SHAPE, new byte[Float.BYTES * CODES * CHANNELS])))
                .getMessage());
        assertTrue(
                refused.contains(
                                "expected: an alpha of 1 or 7 values along the channels\n  got: alpha [1, 16, 16, 7]\n")
                        && refused.contains("shared_axes=[1, 2]"),
                refused);
        // As many as channels, but along the width.
        assertThrows(
                ModelException.class,
                () -> read(model(TensorType.FLOAT32, NONE, NONE, NONE, List.of(7, 1), new byte[Float.BYTES * 7])));
    }

    private static ImportedModel read(byte[] model) {
        return TfliteReader.of(Path.of("prelu.tflite"), model);
    }

    private ByteBuffer run(byte[] model, byte[] input, Kernels kernels) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("model.tflite"), model);
        return ByteBuffer.wrap(TfliteRuntime.run(file, List.of(input), kernels).get(0));
    }

    private static float[] gaussian(Random random, int count) {
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static byte[] model(TensorType type, Grid from, Grid to, Grid alpha, List<Integer> shape, byte[] slopes) {
        ModelBuilder builder = new ModelBuilder();
        int in = builder.value("in", SHAPE, type, quantization(builder.flat(), type, from));
        int constant = builder.constant("alpha", shape, type, slopes, quantization(builder.flat(), type, alpha));
        int out = builder.value("out", SHAPE, type, quantization(builder.flat(), type, to));
        builder.operator(BuiltinOperator.PRELU, 1, List.of(in, constant), List.of(out), OptionTables.NONE);
        return builder.finish("prelu", "", List.of(in), List.of(out));
    }

    private static int quantization(FlatBufferBuilder flat, TensorType type, Grid grid) {
        return type == TensorType.FLOAT32 ? 0 : grid.table(flat);
    }
}
