// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.hilda.agent.network.LookupLayer;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.tflite.TfliteRuntime.Kernels;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatOperators;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Operators that are a function of each value, on every code and on random floats, against TensorFlow Lite: one model has
 * all of them side by side.
 */
class ElementwiseRuntimeTest {
    private static final int CODES = 256;
    private static final List<Integer> SHAPE = List.of(1, CODES);
    private static final double RELATIVE = 1e-5;
    private static final Set<TensorType> FLOAT = EnumSet.of(TensorType.FLOAT32);
    private static final Set<TensorType> NOT_UINT8 = EnumSet.of(TensorType.FLOAT32, TensorType.INT8);
    private static final Set<TensorType> ALL = EnumSet.of(TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8);

    @TempDir
    private Path folder = Path.of("");

    /**
     * An operator of a model, as the file has it.
     *
     * @param types that TensorFlow Lite has it for
     */
    private record Case(BuiltinOperator operator, ToIntFunction<FlatBufferBuilder> options, Set<TensorType> types) {}

    private static List<Case> cases(TensorType type) {
        return Stream.of(
                        new Case(BuiltinOperator.LEAKY_RELU, OptionTables.NONE, ALL),
                        new Case(BuiltinOperator.LEAKY_RELU, OptionTables.leakyRelu(0.01), ALL),
                        new Case(BuiltinOperator.LEAKY_RELU, OptionTables.leakyRelu(0.3), ALL),
                        new Case(BuiltinOperator.LEAKY_RELU, OptionTables.leakyRelu(1.7), ALL),
                        new Case(BuiltinOperator.LEAKY_RELU, OptionTables.leakyRelu(-0.6), ALL),
                        new Case(BuiltinOperator.LOGISTIC, OptionTables.NONE, ALL),
                        new Case(BuiltinOperator.TANH, OptionTables.NONE, ALL),
                        new Case(BuiltinOperator.HARD_SWISH, OptionTables.NONE, ALL),
                        new Case(BuiltinOperator.RELU_N1_TO_1, OptionTables.NONE, ALL),
                        new Case(BuiltinOperator.ELU, OptionTables.NONE, NOT_UINT8),
                        new Case(BuiltinOperator.ABS, OptionTables.NONE, NOT_UINT8),
                        new Case(BuiltinOperator.NEG, OptionTables.NONE, FLOAT),
                        new Case(BuiltinOperator.EXP, OptionTables.NONE, NOT_UINT8),
                        new Case(BuiltinOperator.SQUARE, OptionTables.NONE, FLOAT),
                        new Case(BuiltinOperator.GELU, OptionTables.gelu(false), ALL),
                        new Case(BuiltinOperator.GELU, OptionTables.gelu(true), ALL))
                .filter(each -> each.types().contains(type))
                .toList();
    }

    @BeforeEach
    void requireRuntime() {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
    }

    @Test
    void shouldComputeFloatsAsTheRuntimeDoes() throws IOException, InterruptedException {
        List<Case> cases = cases(TensorType.FLOAT32);
        Random random = new Random();
        float[] input = new float[CODES];
        for (int index = 0; index < CODES; index++) {
            input[index] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4) - 2));
        }
        input[0] = 0;
        input[1] = -0.0f;
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * CODES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(input);
        Model model = new Model(TensorType.FLOAT32, new Grid(0, 0));
        List<Grid> none = cases.stream().map(each -> new Grid(0, 0)).toList();
        ByteBuffer expected =
                run(model.of(cases, none), bytes.array(), Kernels.XNNPACK).order(ByteOrder.LITTLE_ENDIAN);
        for (Case each : cases) {
            Graph graph = model.read(each, new Grid(0, 0)).graph();
            Operator operator = graph.nodes().get(0).operator();
            float[] actual = FloatOperators.run(operator, List.of(new Batch(graph.inputShape(), 1, input)))
                    .values();
            // In float32 little is left of 1 less almost 1.
            double least = each.operator() == BuiltinOperator.GELU ? 0.1 : 0;
            for (int index = 0; index < CODES; index++) {
                float reference = expected.getFloat();
                double size = Math.max(least, Math.abs(reference));
                assertEquals(reference, actual[index], RELATIVE * size, operator + " of " + input[index]);
            }
        }
    }

    /**
     * On every code of the input: at most one code apart.
     *
     * @param rarely part of the codes that may differ: the runtime rounds twice, XNNPACK multiplies by 16 bits
     */
    @ParameterizedTest
    @CsvSource({"INT8, XNNPACK, 0.2", "INT8, OWN, 0.1", "UINT8, OWN, 0.1"})
    void shouldComputeCodesAsTheRuntimeDoes(TensorType type, Kernels kernels, double rarely)
            throws IOException, InterruptedException {
        List<Case> cases = cases(type);
        Random random = new Random();
        int lowest = -type.codeOffset();
        byte[] input = new byte[CODES];
        IntStream.range(0, CODES).forEach(code -> input[code] = (byte) (code + lowest));
        int[] codes = IntStream.range(0, CODES).toArray();
        int unequal = 0;
        float scale = (float) Math.pow(2, -4 - 4 * random.nextDouble());
        Model model = new Model(type, new Grid(scale, lowest + CODES / 4 + random.nextInt(CODES / 2)));
        List<Grid> grids = new ArrayList<>();
        for (Case each : cases) {
            grids.add(model.outputGrid(each, random));
        }
        ByteBuffer expected = run(model.of(cases, grids), input, kernels);
        for (int index = 0; index < cases.size(); index++) {
            ImportedModel imported = model.read(cases.get(index), grids.get(index));
            var network = Lowering.lower(Canonical.of(imported.quantized().orElseThrow()));
            assertTrue(network.layers().get(0) instanceof LookupLayer, network.toString());
            int[] actual = Oracle.of(network).runCodes(codes);
            for (int code = 0; code < CODES; code++) {
                int reference = (byte) (expected.get() + type.codeOffset()) & 0xFF;
                String where = cases.get(index) + " of " + code + ", " + model.input + " to " + grids.get(index);
                assertEquals(reference, actual[code], 1, where);
                unequal += reference == actual[code] ? 0 : 1;
            }
        }
        int all = cases.size() * CODES;
        assertTrue(unequal <= rarely * all, unequal + " of " + all + " codes are unequal");
    }

    private ByteBuffer run(byte[] model, byte[] input, Kernels kernels) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("model.tflite"), model);
        return ByteBuffer.wrap(TfliteRuntime.run(file, List.of(input), kernels).get(0));
    }

    /** Files of one input. */
    private record Model(TensorType type, Grid input) {
        byte[] of(List<Case> cases, List<Grid> grids) {
            ModelBuilder builder = new ModelBuilder();
            int from = tensor(builder, "in", input);
            List<Integer> outputs = new ArrayList<>();
            for (int index = 0; index < cases.size(); index++) {
                Case each = cases.get(index);
                int to = tensor(builder, "out" + index, grids.get(index));
                builder.operator(each.operator(), 1, List.of(from), List.of(to), each.options());
                outputs.add(to);
            }
            return builder.finish("functions", "", List.of(from), outputs);
        }

        ImportedModel read(Case only, Grid grid) {
            return TfliteReader.of(Path.of("one.tflite"), of(List.of(only), List.of(grid)));
        }

        /** One that most results fit, or the only one that TensorFlow Lite takes. */
        Grid outputGrid(Case each, Random random) {
            int lowest = -type.codeOffset();
            if (each.operator() == BuiltinOperator.LOGISTIC) {
                return new Grid(1 / 256f, lowest);
            }
            if (each.operator() == BuiltinOperator.TANH) {
                return new Grid(1 / 128f, lowest + 128);
            }
            ElementwiseFunction function = ((Operator.Elementwise)
                            read(each, input).graph().nodes().get(0).operator())
                    .function();
            double[] results = IntStream.range(lowest, lowest + CODES)
                    .mapToDouble(code -> function.of(input.scale() * (code - input.zeroPoint())))
                    .toArray();
            double least = Math.min(0, Arrays.stream(results).min().orElseThrow());
            double largest = Math.max(0, Arrays.stream(results).max().orElseThrow());
            float scale = (float) ((largest - least) / (CODES - 1) * (0.7 + random.nextDouble()));
            return new Grid(scale, (int) Math.max(lowest, Math.min(lowest + 255, Math.rint(lowest - least / scale))));
        }

        private int tensor(ModelBuilder builder, String name, Grid grid) {
            return builder.value(name, SHAPE, type, type == TensorType.FLOAT32 ? 0 : grid.table(builder.flat()));
        }
    }
}
