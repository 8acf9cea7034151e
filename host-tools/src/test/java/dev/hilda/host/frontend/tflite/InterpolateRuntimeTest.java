// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.tflite.TfliteRuntime.Kernels;
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
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RESIZE_BILINEAR to larger and smaller maps against TensorFlow Lite. */
class InterpolateRuntimeTest {
    private static final List<Integer> SHAPE = List.of(1, 5, 7, 8);
    private static final int ELEMENTS = 280;
    private static final double TOLERANCE = 1e-5;

    @TempDir
    private Path folder = Path.of("");

    private record Case(boolean alignsCorners, boolean hasHalfPixels, int height, int width) {}

    private static final List<Case> CASES = cases();

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (int[] size : new int[][] {{10, 14}, {3, 4}, {1, 1}, {23, 5}, {64, 96}, {5, 13}, {2, 21}}) {
            cases.add(new Case(false, false, size[0], size[1]));
            cases.add(new Case(true, false, size[0], size[1]));
            cases.add(new Case(false, true, size[0], size[1]));
        }
        return List.copyOf(cases);
    }

    @ParameterizedTest
    @EnumSource(Kernels.class)
    void shouldMixRealsAsTheRuntimeDoes(Kernels kernels) throws IOException, InterruptedException {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
        Random random = new Random();
        float[] input = new float[ELEMENTS];
        for (int index = 0; index < ELEMENTS; index++) {
            input[index] = (float) random.nextGaussian();
        }
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(input);
        ByteBuffer expected = run(TensorType.FLOAT32, kernels, bytes.array()).order(ByteOrder.LITTLE_ENDIAN);
        for (Case each : CASES) {
            Graph graph = Canonical.of(read(each, TensorType.FLOAT32).graph());
            float[] actual = new FloatExecutor(graph)
                    .run(new Batch(graph.inputShape(), 1, input), (value, batch) -> {})
                    .values();
            float[] reference = new float[actual.length];
            expected.asFloatBuffer().get(reference);
            expected.position(expected.position() + Float.BYTES * actual.length);
            assertArrayEquals(reference, actual, (float) TOLERANCE, each.toString());
        }
        assertEquals(0, expected.remaining());
    }

    /**
     * Of int8 every code is that of TensorFlow Lite's own kernel. It counts positions in 1/1024 and rounds the step between
     * them, XNNPACK does not: by these two kernels of the runtime the last row of a large map lies elsewhere.
     *
     * @param apart codes at most, but for that
     * @param rarely part of the codes that may differ
     */
    @ParameterizedTest
    @CsvSource({"INT8, OWN, 0, 0", "INT8, XNNPACK, 1, 0.75", "UINT8, OWN, 1, 0.1", "UINT8, XNNPACK, 1, 0.1"})
    void shouldMixCodesAsTheRuntimeDoes(TensorType type, Kernels kernels, int apart, double rarely)
            throws IOException, InterruptedException {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
        byte[] input = new byte[ELEMENTS];
        new Random().nextBytes(input);
        ByteBuffer expected = run(type, kernels, input);
        int all = expected.remaining();
        int unequal = 0;
        for (Case each : CASES) {
            int[] codes = Oracle.of(Lowering.lower(
                            Canonical.of(read(each, type).quantized().orElseThrow())))
                    .runCodes(unsigned(input, type));
            boolean isRounded = type == TensorType.INT8 && kernels == Kernels.XNNPACK;
            int elsewhere = isRounded ? (each.height() + each.width()) * 255 / 2048 : 0;
            for (int code : codes) {
                int reference = (expected.get() + type.codeOffset()) & 0xFF;
                assertEquals(reference, code, apart + elsewhere, each.toString());
                unequal += reference == code ? 0 : 1;
            }
        }
        assertEquals(0, expected.remaining());
        assertTrue(unequal <= rarely * all, unequal + " of " + all + " codes are unequal");
    }

    /** As TensorFlow Lite does. */
    @Test
    void shouldRefuseAlignedCornersOfHalfPixels() {
        Case both = new Case(true, true, 10, 14);
        ModelException refused = assertThrows(ModelException.class, () -> read(both, TensorType.FLOAT32));
        assertEquals("aligned corners or half pixels", refused.expected().orElseThrow());
    }

    /** Rounding of positions to 1/1024 a pixel would let TensorFlow Lite read beyond the last row. */
    @Test
    void shouldStayInsideWhereStepsAreRoundedUp() {
        int[] actual = Oracle.of(Lowering.lower(Canonical.of(read(new Case(false, false, 3001, 1), TensorType.INT8)
                        .quantized()
                        .orElseThrow())))
                .runCodes(IntStream.range(0, ELEMENTS)
                        .map(index -> index / 56 * 50)
                        .toArray());
        assertEquals(200, actual[actual.length - 1]);
    }

    private static int[] unsigned(byte[] bytes, TensorType type) {
        return IntStream.range(0, bytes.length)
                .map(index -> (bytes[index] + type.codeOffset()) & 0xFF)
                .toArray();
    }

    private ByteBuffer run(TensorType type, Kernels kernels, byte[] input) throws IOException, InterruptedException {
        Path path = Files.write(folder.resolve("model.tflite"), model(CASES, type));
        return ByteBuffer.wrap(TfliteRuntime.run(path, List.of(input), kernels).get(0));
    }

    private static ImportedModel read(Case only, TensorType type) {
        return TfliteReader.of(Path.of("one.tflite"), model(List.of(only), type));
    }

    private static byte[] model(List<Case> cases, TensorType type) {
        ModelBuilder builder = new ModelBuilder();
        int input = value(builder, "in", SHAPE, type);
        List<Integer> outputs = new ArrayList<>();
        for (Case each : cases) {
            int size = builder.int32s("size", List.of(2), each.height(), each.width());
            int output = value(builder, "out", List.of(1, each.height(), each.width(), 8), type);
            builder.operator(
                    BuiltinOperator.RESIZE_BILINEAR,
                    1,
                    List.of(input, size),
                    List.of(output),
                    OptionTables.resizeBilinear(each.alignsCorners(), each.hasHalfPixels()));
            outputs.add(output);
        }
        return builder.finish("resized", "", List.of(input), outputs);
    }

    private static int value(ModelBuilder builder, String name, List<Integer> shape, TensorType type) {
        return builder.value(
                name, shape, type, type == TensorType.FLOAT32 ? 0 : grid(type).table(builder.flat()));
    }

    private static Grid grid(TensorType type) {
        return new Grid(0.05f, 128 - type.codeOffset() + 3);
    }
}
