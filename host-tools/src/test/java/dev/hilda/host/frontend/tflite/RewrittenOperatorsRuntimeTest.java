// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.ir.Activation;
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
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators that become others of the graph, on random inputs, against TensorFlow Lite: one model has all side by side. */
class RewrittenOperatorsRuntimeTest {
    private static final List<Integer> SHAPE = List.of(1, 4, 6, 8);
    private static final int ELEMENTS = 192;
    private static final double RELATIVE = 1e-5;
    private static final Grid INPUT = new Grid(0.05f, -10);
    /** Of which only strides and dilations are written. */
    private static final Window PLAIN = Window.of(1, 1);

    private static final List<Case> CASES = List.of(
            new Case("mul", SHAPE, new Grid(0.07f, 20), file -> file.arithmetic(BuiltinOperator.MUL, false)),
            new Case("add", SHAPE, new Grid(0.06f, -3), file -> file.arithmetic(BuiltinOperator.ADD, false)),
            new Case("sub", SHAPE, new Grid(0.06f, 9), file -> file.arithmetic(BuiltinOperator.SUB, false)),
            new Case("from", SHAPE, new Grid(0.06f, 9), file -> file.arithmetic(BuiltinOperator.SUB, true)),
            new Case("mean1", List.of(1, 6, 8), new Grid(0.04f, 5), file -> file.mean(1)),
            new Case("mean2", List.of(1, 4, 8), new Grid(0.04f, 5), file -> file.mean(-2)),
            new Case("mean3", List.of(1, 4, 6), new Grid(0.04f, 5), file -> file.mean(3)),
            new Case("mean23", List.of(1, 4), new Grid(0.03f, 5), file -> file.mean(2, 3)),
            new Case("mean123", List.of(1), new Grid(0.01f, 5), file -> file.mean(1, 2, 3)),
            new Case("pad", List.of(1, 7, 7, 8), INPUT, file -> file.pad(BuiltinOperator.PAD)),
            new Case("padv2", List.of(1, 7, 7, 8), INPUT, file -> file.pad(BuiltinOperator.PADV2)),
            new Case("rows", List.of(24, 5), new Grid(0.2f, 2), file -> file.fullyConnected(5, 8)),
            new Case("long rows", List.of(4, 3), new Grid(0.2f, 2), file -> file.fullyConnected(3, 48)),
            new Case("grouped", List.of(1, 4, 6, 6), new Grid(0.2f, 2), file -> file.grouped(6, 4)),
            new Case("single", List.of(1, 4, 6, 16), new Grid(0.1f, 2), file -> file.grouped(16, 1)),
            new Case("dilated", List.of(1, 3, 4, 3), new Grid(0.3f, 2), File::dilated),
            new Case("signal", List.of(1, 22, 3), new Grid(0.3f, 2), File::dilatedSignal));

    @TempDir
    private Path folder = Path.of("");

    private record Case(String name, List<Integer> shape, Grid grid, ToIntFunction<File> build) {}

    @BeforeEach
    void requireRuntime() {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
    }

    @Test
    void shouldComputeFloatsAsTheRuntimeDoes() throws IOException, InterruptedException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        float[] input = new float[ELEMENTS];
        for (int index = 0; index < ELEMENTS; index++) {
            input[index] = (float) random.nextGaussian();
        }
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(input);
        List<Case> cases = new ArrayList<>(CASES);
        cases.add(new Case("div", SHAPE, INPUT, file -> file.arithmetic(BuiltinOperator.DIV, false)));
        ByteBuffer expected =
                run(cases, TensorType.FLOAT32, seed, bytes.array()).order(ByteOrder.LITTLE_ENDIAN);
        for (Case each : cases) {
            Graph graph = Canonical.of(read(each, TensorType.FLOAT32, seed).graph());
            float[] actual = new FloatExecutor(graph)
                    .run(new Batch(graph.inputShape(), 1, input), (value, batch) -> {})
                    .values();
            for (float value : actual) {
                float reference = expected.getFloat();
                String where = each.name() + ", seed " + seed;
                assertEquals(reference, value, RELATIVE * Math.max(1, Math.abs(reference)), where);
            }
        }
        assertEquals(0, expected.remaining());
    }

    /** One layer that rounds: at most one code apart, and seldom. */
    @Test
    void shouldComputeCodesAsTheRuntimeDoes() throws IOException, InterruptedException {
        long seed = new Random().nextLong();
        byte[] input = new byte[ELEMENTS];
        new Random(seed).nextBytes(input);
        ByteBuffer expected = run(CASES, TensorType.INT8, seed, input);
        int unequal = 0;
        int all = expected.remaining();
        for (Case each : CASES) {
            ImportedModel model = read(each, TensorType.INT8, seed);
            IntegerNetwork network =
                    Lowering.lower(Canonical.of(model.quantized().orElseThrow()));
            int[] codes = new int[ELEMENTS];
            for (int index = 0; index < ELEMENTS; index++) {
                codes[index] = input[index] + 128;
            }
            for (int code : Oracle.of(network).runCodes(codes)) {
                int reference = expected.get() + 128;
                assertEquals(reference, code, 1, each.name() + ", seed " + seed);
                unequal += reference == code ? 0 : 1;
            }
        }
        assertEquals(0, expected.remaining());
        assertTrue(unequal <= all / 20, unequal + " of " + all + " codes are unequal, seed " + seed);
    }

    private ByteBuffer run(List<Case> cases, TensorType type, long seed, byte[] input)
            throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("model.tflite"), File.of(cases, type, seed));
        return ByteBuffer.wrap(TfliteRuntime.run(file, List.of(input)).get(0));
    }

    private static ImportedModel read(Case only, TensorType type, long seed) {
        return TfliteReader.of(Path.of(only.name() + ".tflite"), File.of(List.of(only), type, seed));
    }

    /** A model while an operator is added to it. */
    private record File(ModelBuilder builder, TensorType type, Random random, int input, Case added) {
        private static final Grid WEIGHTS = new Grid(0.01f, 0);

        static byte[] of(List<Case> cases, TensorType type, long seed) {
            ModelBuilder builder = new ModelBuilder();
            int input = value(builder, type, "in", SHAPE, INPUT);
            List<Integer> outputs = new ArrayList<>();
            for (Case each : cases) {
                // Constants are the same whatever else is in the file.
                Random random = new Random(seed ^ each.name().hashCode());
                outputs.add(each.build().applyAsInt(new File(builder, type, random, input, each)));
            }
            return builder.finish("rewritten", "", List.of(input), outputs);
        }

        int arithmetic(BuiltinOperator operator, boolean isConstantFirst) {
            int constant = constant(List.of(8), new Grid(0.02f, 30));
            List<Integer> inputs = isConstantFirst ? List.of(constant, input) : List.of(input, constant);
            return add(operator, inputs, OptionTables.elementwise(Activation.RELU));
        }

        int mean(int... axes) {
            int over = builder.int32s("axes", List.of(axes.length), axes);
            return add(BuiltinOperator.MEAN, List.of(input, over), OptionTables.NONE);
        }

        int pad(BuiltinOperator operator) {
            List<Integer> inputs = new ArrayList<>(List.of(input, extents(4, 0, 0, 1, 2, 1, 0, 0, 0)));
            if (operator == BuiltinOperator.PADV2) {
                inputs.add(zero());
            }
            return add(operator, inputs, OptionTables.NONE);
        }

        private int zero() {
            return type == TensorType.FLOAT32
                    ? builder.floats("zero", List.of(1), new float[1])
                    : builder.constant(
                            "zero",
                            List.of(1),
                            type,
                            new byte[] {(byte) INPUT.zeroPoint()},
                            INPUT.table(builder.flat()));
        }

        int fullyConnected(int outputs, int inputs) {
            List<Integer> read = List.of(input, constant(List.of(outputs, inputs), WEIGHTS), bias(outputs));
            return add(BuiltinOperator.FULLY_CONNECTED, read, OptionTables.fullyConnected(Activation.NONE));
        }

        int grouped(int outputs, int channels) {
            List<Integer> read = List.of(input, constant(List.of(outputs, 3, 3, channels), WEIGHTS), bias(outputs));
            return add(
                    BuiltinOperator.CONV_2D,
                    read,
                    OptionTables.convolution(PLAIN, Schema.PADDING_SAME, Activation.RELU));
        }

        int dilated() {
            int dealt = value(builder, type, "dealt", List.of(6, 3, 3, 8), INPUT);
            int summed = value(builder, type, "summed", List.of(6, 2, 2, 3), added.grid());
            int block = builder.int32s("block", List.of(2), 2, 3);
            int paddings = extents(2, 1, 1, 2, 1);
            builder.operator(
                    BuiltinOperator.SPACE_TO_BATCH_ND,
                    1,
                    List.of(input, block, paddings),
                    List.of(dealt),
                    OptionTables.NONE);
            builder.operator(
                    BuiltinOperator.CONV_2D,
                    1,
                    List.of(dealt, constant(List.of(3, 2, 2, 8), WEIGHTS), bias(3)),
                    List.of(summed),
                    OptionTables.convolution(PLAIN, Schema.PADDING_VALID, Activation.NONE));
            return add(
                    BuiltinOperator.BATCH_TO_SPACE_ND,
                    List.of(summed, block, extents(2, 0, 1, 1, 1)),
                    OptionTables.NONE);
        }

        /** As tf.nn.convolution of one dimension. */
        int dilatedSignal() {
            int flat = value(builder, type, "flat", List.of(1, 24, 8), INPUT);
            int dealt = value(builder, type, "dealt", List.of(4, 7, 8), INPUT);
            int tall = value(builder, type, "tall", List.of(4, 1, 7, 8), INPUT);
            int summed = value(builder, type, "summed", List.of(4, 1, 6, 3), added.grid());
            int low = value(builder, type, "low", List.of(4, 6, 3), added.grid());
            int block = builder.int32s("block", List.of(1), 4);
            builder.operator(
                    BuiltinOperator.RESHAPE,
                    1,
                    List.of(input, builder.int32s("to", List.of(3), 1, 24, 8)),
                    List.of(flat),
                    OptionTables.NONE);
            builder.operator(
                    BuiltinOperator.SPACE_TO_BATCH_ND,
                    1,
                    List.of(flat, block, extents(1, 1, 3)),
                    List.of(dealt),
                    OptionTables.NONE);
            builder.operator(
                    BuiltinOperator.EXPAND_DIMS,
                    1,
                    List.of(dealt, builder.int32s("axis", List.of(1), 1)),
                    List.of(tall),
                    OptionTables.NONE);
            builder.operator(
                    BuiltinOperator.CONV_2D,
                    1,
                    List.of(tall, constant(List.of(3, 1, 2, 8), WEIGHTS), bias(3)),
                    List.of(summed),
                    OptionTables.convolution(PLAIN, Schema.PADDING_VALID, Activation.NONE));
            builder.operator(BuiltinOperator.SQUEEZE, 1, List.of(summed), List.of(low), OptionTables.NONE);
            return add(BuiltinOperator.BATCH_TO_SPACE_ND, List.of(low, block, extents(1, 0, 2)), OptionTables.NONE);
        }

        private int extents(int axes, int... values) {
            return builder.int32s("extents", List.of(axes, 2), values);
        }

        private int add(BuiltinOperator operator, List<Integer> inputs, ToIntFunction<FlatBufferBuilder> options) {
            int output = value(builder, type, added.name(), added.shape(), added.grid());
            builder.operator(operator, 1, inputs, List.of(output), options);
            return output;
        }

        private int bias(int count) {
            int[] values = random.ints(count, -2_000, 2_000).toArray();
            if (type != TensorType.FLOAT32) {
                return builder.int32s("bias", List.of(count), values);
            }
            float[] reals = new float[count];
            for (int index = 0; index < count; index++) {
                reals[index] = values[index] * INPUT.scale() * WEIGHTS.scale();
            }
            return builder.floats("bias", List.of(count), reals);
        }

        private int constant(List<Integer> shape, Grid grid) {
            int count = shape.stream().reduce(1, Math::multiplyExact);
            byte[] codes = new byte[count];
            float[] reals = new float[count];
            for (int index = 0; index < count; index++) {
                // Never 0, by which nothing can be divided.
                do {
                    codes[index] = (byte) (random.nextInt(255) - 127);
                } while (codes[index] == grid.zeroPoint());
                reals[index] = grid.scale() * (codes[index] - grid.zeroPoint());
            }
            return type == TensorType.FLOAT32
                    ? builder.floats("constant", shape, reals)
                    : builder.constant("constant", shape, type, codes, grid.table(builder.flat()));
        }

        private static int value(ModelBuilder builder, TensorType type, String name, List<Integer> shape, Grid grid) {
            return builder.value(name, shape, type, type == TensorType.FLOAT32 ? 0 : grid.table(builder.flat()));
        }
    }
}
