// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.frontend.ImportedModel;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Operators that only take elements of their input, against TensorFlow Lite: every code and every real is the same. */
class GatherRuntimeTest {
    private static final List<Integer> SHAPE = List.of(1, 5, 7, 8);
    private static final int ELEMENTS = 280;

    @TempDir
    private Path folder = Path.of("");

    /** An operator of the file; it returns its results. */
    private record Case(String name, Function<File, List<Integer>> build) {}

    private static final List<Case> CASES = cases();

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case("slice", file -> file.slice(List.of(0, 1, 2, 3), List.of(1, 3, 5, 2), 1, 3, 5, 2)));
        cases.add(new Case(
                "slice to the end", file -> file.slice(List.of(0, 4, 0, 5), List.of(1, -1, -1, -1), 1, 1, 7, 3)));
        addStridedSlices(cases);
        cases.add(new Case("split channels", file -> file.split(3, 4, 1, 5, 7, 2)));
        cases.add(new Case("split width", file -> file.split(-2, 7, 1, 5, 1, 8)));
        cases.add(new Case("split by sizes", File::splitBySizes));
        cases.add(new Case("unpack", File::unpack));
        for (boolean alignsCorners : new boolean[] {false, true}) {
            for (boolean hasHalfPixels : new boolean[] {false, true}) {
                for (int[] size : new int[][] {{10, 14}, {3, 4}, {1, 1}, {23, 5}, {64, 7}, {205, 287}}) {
                    String name = "resize %b %b %d %d".formatted(alignsCorners, hasHalfPixels, size[0], size[1]);
                    cases.add(new Case(name, file -> file.resize(alignsCorners, hasHalfPixels, size[0], size[1])));
                }
            }
        }
        cases.add(new Case("reflect", file -> file.mirror(Schema.MIRROR_REFLECT, 0, 0, 4, 1, 0, 6, 0, 0)));
        cases.add(new Case("reflect channels", file -> file.mirror(Schema.MIRROR_REFLECT, 0, 0, 0, 0, 1, 1, 7, 2)));
        cases.add(new Case("symmetric", file -> file.mirror(Schema.MIRROR_SYMMETRIC, 0, 0, 5, 1, 2, 7, 8, 0)));
        cases.add(new Case("gather rows", file -> file.gather(1, List.of(4), List.of(4, 0, 0, 2), 1, 4, 7, 8)));
        cases.add(new Case("gather channels", file -> file.gather(-1, List.of(3), List.of(7, 6, 7), 1, 5, 7, 3)));
        cases.add(new Case("gather one", file -> file.gather(2, List.of(), List.of(5), 1, 5, 8)));
        cases.add(new Case("reverse rows", file -> file.reverse(1)));
        cases.add(new Case("reverse channels", file -> file.reverse(3)));
        cases.add(new Case("tile", file -> file.tile(List.of(1, 2, 1, 3), 1, 10, 7, 24)));
        return List.copyOf(cases);
    }

    /** Of each: begin, end, strides, masks of begin, end, ellipsis, new axis and shrunk axis, and the result's shape. */
    private static void addStridedSlices(List<Case> cases) {
        add(cases, "0 1 2 0", "1 5 7 8", "1 2 1 3", "0 0 0 0 0", 1, 2, 5, 3);
        add(cases, "0 4 -1 7", "1 0 0 -9", "1 -1 -2 -7", "0 0 0 0 0", 1, 4, 3, 2);
        add(cases, "9 9 9 9", "9 9 9 9", "1 -1 2 -5", "15 15 0 0 0", 1, 5, 4, 2);
        add(cases, "0 -2 2 0", "1 -1 3 8", "1 1 1 1", "9 9 0 0 4", 1, 1, 8);
        add(cases, "0 1", "0 -1", "1 1", "0 0 1 0 0", 1, 5, 7, 6);
        add(cases, "0 2 0 1", "1 3 0 4", "1 1 1 1", "0 0 4 0 2", 1, 7, 3);
        add(cases, "0 0 1 0 3", "1 0 3 0 4", "1 1 1 1 1", "1 1 8 2 4", 1, 1, 7, 1);
        add(cases, "0 1", "1 3", "1 1", "0 0 0 0 0", 1, 2, 7, 8);
        add(cases, "0 -99 0 0", "1 99 99 1", "1 3 99 1", "0 0 0 0 8", 1, 2, 1);
    }

    private static void add(
            List<Case> cases, String begin, String end, String strides, String masks, Integer... shape) {
        String name = String.join(", ", begin, end, strides, masks);
        cases.add(new Case(name, file -> file.stridedSlice(ints(begin), ints(end), ints(strides), ints(masks), shape)));
    }

    private static int[] ints(String text) {
        return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    @BeforeEach
    void requireRuntime() {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
    }

    @ParameterizedTest
    @EnumSource(Kernels.class)
    void shouldTakeRealsAsTheRuntimeDoes(Kernels kernels) throws IOException, InterruptedException {
        Random random = new Random();
        float[] input = new float[ELEMENTS];
        for (int index = 0; index < ELEMENTS; index++) {
            input[index] = (float) random.nextGaussian();
        }
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(input);
        ByteBuffer expected = run(TensorType.FLOAT32, kernels, bytes.array()).order(ByteOrder.LITTLE_ENDIAN);
        for (Case each : CASES) {
            for (ImportedModel model : read(each, TensorType.FLOAT32)) {
                Graph graph = Canonical.of(model.graph());
                float[] actual = new FloatExecutor(graph)
                        .run(new Batch(graph.inputShape(), 1, input), (value, batch) -> {})
                        .values();
                float[] reference = new float[actual.length];
                expected.asFloatBuffer().get(reference);
                expected.position(expected.position() + Float.BYTES * actual.length);
                assertArrayEquals(reference, actual, each.name());
            }
        }
        assertEquals(0, expected.remaining());
    }

    @ParameterizedTest
    @CsvSource({"INT8, XNNPACK", "INT8, OWN", "UINT8, XNNPACK", "UINT8, OWN"})
    void shouldTakeCodesAsTheRuntimeDoes(TensorType type, Kernels kernels) throws IOException, InterruptedException {
        byte[] input = new byte[ELEMENTS];
        new Random().nextBytes(input);
        int[] codes = unsigned(input, type);
        ByteBuffer expected = run(type, kernels, input);
        for (Case each : CASES) {
            for (ImportedModel model : read(each, type)) {
                int[] actual = Oracle.of(
                                Lowering.lower(Canonical.of(model.quantized().orElseThrow())))
                        .runCodes(codes);
                byte[] reference = new byte[actual.length];
                expected.get(reference);
                assertArrayEquals(unsigned(reference, type), actual, each.name());
            }
        }
        assertEquals(0, expected.remaining());
    }

    private static int[] unsigned(byte[] bytes, TensorType type) {
        return IntStream.range(0, bytes.length)
                .map(index -> (bytes[index] + type.codeOffset()) & 0xFF)
                .toArray();
    }

    private ByteBuffer run(TensorType type, Kernels kernels, byte[] input) throws IOException, InterruptedException {
        File file = new File(new ModelBuilder(), type);
        int from = file.value("in", SHAPE);
        List<Integer> outputs = new ArrayList<>();
        CASES.forEach(each -> outputs.addAll(each.build().apply(file)));
        Path path =
                Files.write(folder.resolve("model.tflite"), file.builder().finish("all", "", List.of(from), outputs));
        return ByteBuffer.wrap(TfliteRuntime.run(path, List.of(input), kernels).get(0));
    }

    /** A model for each result: the others are unread. */
    private static List<ImportedModel> read(Case only, TensorType type) {
        List<ImportedModel> models = new ArrayList<>();
        int results = 1;
        for (int result = 0; result < results; result++) {
            File file = new File(new ModelBuilder(), type);
            int from = file.value("in", SHAPE);
            List<Integer> outputs = only.build().apply(file);
            results = outputs.size();
            byte[] bytes = file.builder().finish("one", "", List.of(from), List.of(outputs.get(result)));
            models.add(TfliteReader.of(Path.of("one.tflite"), bytes));
        }
        return models;
    }

    /** A model while operators are added to it; its input is tensor 0. */
    private record File(ModelBuilder builder, TensorType type) {
        private static final int INPUT = 0;

        List<Integer> slice(List<Integer> begin, List<Integer> size, Integer... shape) {
            List<Integer> inputs = List.of(INPUT, constant(begin), constant(size));
            return add(BuiltinOperator.SLICE, inputs, OptionTables.NONE, List.of(shape));
        }

        List<Integer> stridedSlice(int[] begin, int[] end, int[] strides, int[] masks, Integer... shape) {
            List<Integer> inputs =
                    List.of(INPUT, constant(boxed(begin)), constant(boxed(end)), constant(boxed(strides)));
            return add(BuiltinOperator.STRIDED_SLICE, inputs, OptionTables.stridedSlice(masks), List.of(shape));
        }

        List<Integer> split(int axis, int parts, Integer... shape) {
            int along = builder.int32s("axis", List.of(), axis);
            List<List<Integer>> shapes = new ArrayList<>();
            for (int part = 0; part < parts; part++) {
                shapes.add(List.of(shape));
            }
            return addSeveral(BuiltinOperator.SPLIT, List.of(along, INPUT), OptionTables.split(parts), shapes);
        }

        List<Integer> splitBySizes() {
            int sizes = constant(List.of(3, -1, 2));
            int along = builder.int32s("axis", List.of(), 3);
            return addSeveral(
                    BuiltinOperator.SPLIT_V,
                    List.of(INPUT, sizes, along),
                    OptionTables.split(3),
                    List.of(List.of(1, 5, 7, 3), List.of(1, 5, 7, 3), List.of(1, 5, 7, 2)));
        }

        List<Integer> unpack() {
            List<List<Integer>> shapes = new ArrayList<>();
            for (int part = 0; part < 5; part++) {
                shapes.add(List.of(1, 7, 8));
            }
            return addSeveral(BuiltinOperator.UNPACK, List.of(INPUT), OptionTables.unpack(5, 1), shapes);
        }

        List<Integer> resize(boolean alignsCorners, boolean hasHalfPixels, int height, int width) {
            return add(
                    BuiltinOperator.RESIZE_NEAREST_NEIGHBOR,
                    List.of(INPUT, constant(List.of(height, width))),
                    OptionTables.resizeNearest(alignsCorners, hasHalfPixels),
                    List.of(1, height, width, 8));
        }

        List<Integer> mirror(byte mode, int... amounts) {
            int paddings = builder.int32s("paddings", List.of(4, 2), amounts);
            List<Integer> shape = new ArrayList<>();
            for (int axis = 0; axis < SHAPE.size(); axis++) {
                shape.add(amounts[2 * axis] + SHAPE.get(axis) + amounts[2 * axis + 1]);
            }
            return add(BuiltinOperator.MIRROR_PAD, List.of(INPUT, paddings), OptionTables.mirrorPad(mode), shape);
        }

        List<Integer> gather(int axis, List<Integer> indexShape, List<Integer> indices, Integer... shape) {
            int constant = builder.int32s(
                    "indices",
                    indexShape,
                    indices.stream().mapToInt(Integer::intValue).toArray());
            return add(BuiltinOperator.GATHER, List.of(INPUT, constant), OptionTables.gather(axis), List.of(shape));
        }

        List<Integer> reverse(int axis) {
            return add(BuiltinOperator.REVERSE_V2, List.of(INPUT, constant(List.of(axis))), OptionTables.NONE, SHAPE);
        }

        List<Integer> tile(List<Integer> times, Integer... shape) {
            return add(BuiltinOperator.TILE, List.of(INPUT, constant(times)), OptionTables.NONE, List.of(shape));
        }

        private static List<Integer> boxed(int[] values) {
            return Arrays.stream(values).boxed().toList();
        }

        private int constant(List<Integer> values) {
            return builder.int32s(
                    "constant",
                    List.of(values.size()),
                    values.stream().mapToInt(Integer::intValue).toArray());
        }

        private List<Integer> add(
                BuiltinOperator operator,
                List<Integer> inputs,
                ToIntFunction<FlatBufferBuilder> options,
                List<Integer> shape) {
            return addSeveral(operator, inputs, options, List.of(shape));
        }

        private List<Integer> addSeveral(
                BuiltinOperator operator,
                List<Integer> inputs,
                ToIntFunction<FlatBufferBuilder> options,
                List<List<Integer>> shapes) {
            List<Integer> outputs =
                    shapes.stream().map(shape -> value("out", shape)).toList();
            builder.operator(operator, 1, inputs, outputs, options);
            return outputs;
        }

        int value(String name, List<Integer> shape) {
            return builder.value(name, shape, type, type == TensorType.FLOAT32 ? 0 : grid().table(builder.flat()));
        }

        private Grid grid() {
            return new Grid(0.05f, 128 - type.codeOffset() + 3);
        }
    }
}
