// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.ProductLayer;
import dev.hilda.agent.network.SumLayer;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.frontend.tflite.TfliteRuntime.Kernels;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.lower.Lowering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * ADD, SUB and MUL of every pair of codes against TensorFlow Lite: the input's 256 codes, once as a column and once, on a
 * grid of half the step, as a row, are broadcast against each other.
 */
class ArithmeticRuntimeTest {
    private static final int CODES = 256;
    private static final List<BuiltinOperator> OPERATORS =
            List.of(BuiltinOperator.ADD, BuiltinOperator.SUB, BuiltinOperator.MUL);

    @TempDir
    private Path folder = Path.of("");

    /** An operator with what it ends with and the grid of its result. */
    private record Case(BuiltinOperator operator, Activation activation, Grid output) {}

    @BeforeEach
    void requireRuntime() {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
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
        Random random = new Random();
        int lowest = -type.codeOffset();
        float scale = (float) Math.pow(2, -4 - 4 * random.nextDouble());
        Grid input = new Grid(scale, lowest + random.nextInt(CODES));
        Grid halved = new Grid(scale / 2, lowest + random.nextInt(CODES));
        List<Case> cases = new ArrayList<>();
        for (BuiltinOperator operator : OPERATORS) {
            for (Activation activation : Activation.values()) {
                double span = operator == BuiltinOperator.MUL ? CODES * scale * scale / 2 : 1.5 * scale;
                Grid output = new Grid((float) (span * (0.1 + random.nextDouble())), lowest + random.nextInt(CODES));
                cases.add(new Case(operator, activation, output));
            }
        }
        Path file = Files.write(folder.resolve("model.tflite"), model(type, input, halved, cases));
        byte[] codes = new byte[CODES];
        IntStream.range(0, CODES).forEach(code -> codes[code] = (byte) (code + lowest));
        byte[] expected = TfliteRuntime.run(file, List.of(codes), kernels).get(0);
        int unequal = 0;
        for (int index = 0; index < cases.size(); index++) {
            Case only = cases.get(index);
            int[] actual = Oracle.of(network(type, input, halved, only))
                    .runCodes(IntStream.range(0, CODES).toArray());
            for (int pair = 0; pair < actual.length; pair++) {
                int reference = (expected[index * CODES * CODES + pair] + type.codeOffset()) & 0xFF;
                int at = pair;
                assertEquals(
                        reference,
                        actual[pair],
                        1,
                        () -> only + " of " + at / CODES + " and " + at % CODES + " of " + input + ", " + halved);
                unequal += reference == actual[pair] ? 0 : 1;
            }
        }
        int all = cases.size() * CODES * CODES;
        assertTrue(unequal <= rarely * all, unequal + " of " + all + " codes are unequal, " + cases);
    }

    private static IntegerNetwork network(TensorType type, Grid input, Grid halved, Case only) {
        byte[] one = model(type, input, halved, List.of(only));
        var quantized = TfliteReader.of(Path.of("one.tflite"), one).quantized().orElseThrow();
        IntegerNetwork network = Lowering.lower(Canonical.of(quantized));
        var last = network.layers().get(network.layers().size() - 1);
        assertTrue(
                only.operator() == BuiltinOperator.MUL ? last instanceof ProductLayer : last instanceof SumLayer,
                last::toString);
        return network;
    }

    private static byte[] model(TensorType type, Grid input, Grid halved, List<Case> cases) {
        ModelBuilder builder = new ModelBuilder();
        int from = tensor(builder, type, "in", List.of(1, CODES), input);
        int column = tensor(builder, type, "column", List.of(1, CODES, 1, 1), input);
        int row = tensor(builder, type, "row", List.of(1, 1, 1, CODES), input);
        int half = tensor(builder, type, "half", List.of(1, 1, 1, CODES), halved);
        reshape(builder, from, column, 1, CODES, 1, 1);
        reshape(builder, from, row, 1, 1, 1, CODES);
        // Exact in any rounding: codes are doubled, or are at an end.
        builder.operator(BuiltinOperator.QUANTIZE, 2, List.of(row), List.of(half), OptionTables.NONE);
        List<Integer> outputs = new ArrayList<>();
        for (int index = 0; index < cases.size(); index++) {
            Case each = cases.get(index);
            int to = tensor(builder, type, "out" + index, List.of(1, CODES, 1, CODES), each.output());
            builder.operator(
                    each.operator(),
                    2,
                    List.of(column, half),
                    List.of(to),
                    OptionTables.elementwise(each.activation()));
            outputs.add(to);
        }
        return builder.finish("pairs", "", List.of(from), outputs);
    }

    private static void reshape(ModelBuilder builder, int from, int to, int... extents) {
        int shape = builder.int32s("shape" + to, List.of(extents.length), extents);
        List<Integer> list = IntStream.of(extents).boxed().toList();
        builder.operator(BuiltinOperator.RESHAPE, 1, List.of(from, shape), List.of(to), OptionTables.reshape(list));
    }

    private static int tensor(ModelBuilder builder, TensorType type, String name, List<Integer> shape, Grid grid) {
        return builder.value(name, shape, type, grid.table(builder.flat()));
    }
}
