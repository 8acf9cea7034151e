// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.network.Axis;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.FloatReference;
import dev.hilda.host.ir.Graph;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Constants beside activations, and the axes of a file. */
class ArithmeticImportTest {
    private static final List<Integer> ROW = List.of(1, 2, 2);

    private final ModelBuilder builder = new ModelBuilder();
    private final int input = builder.floatValue("in", ROW);

    @Test
    void shouldSubtractAConstantAndFromIt() {
        int constant = builder.floats("constant", List.of(2), new float[] {1, 10});
        int less = builder.floatValue("less", ROW);
        int from = builder.floatValue("from", ROW);
        var options = OptionTables.elementwise(Activation.NONE);
        builder.operator(BuiltinOperator.SUB, 1, List.of(input, constant), List.of(less), options);
        builder.operator(BuiltinOperator.SUB, 1, List.of(constant, less), List.of(from), options);
        assertArrayEquals(
                new float[] {1 - (3 - 1), 10 - (4 - 10), 1 - (5 - 1), 10 - (6 - 10)},
                FloatReference.run(read(from), new float[] {3, 4, 5, 6}));
    }

    @Test
    void shouldCountAxesFromEitherEnd() {
        assertEquals(new Concatenation(Axis.CHANNEL), concatenated(2, List.of(1, 2, 4)));
        assertEquals(new Concatenation(Axis.CHANNEL), concatenated(-1, List.of(1, 2, 4)));
        assertEquals(new Concatenation(Axis.WIDTH), concatenated(1, List.of(1, 4, 2)));
        assertEquals(new Concatenation(Axis.WIDTH), concatenated(-2, List.of(1, 4, 2)));
    }

    @Test
    void shouldRefuseWhatIsAlongTheBatchOrConstant() {
        assertEquals("along the batch", refusal(0, List.of(2, 2, 2), false));
        assertEquals("the constant constant", refusal(1, List.of(1, 4, 2), true));
    }

    private static Object concatenated(int axis, List<Integer> output) {
        ArithmeticImportTest file = new ArithmeticImportTest();
        return file.read(file.concatenation(axis, output, false)).nodes().get(0).operator();
    }

    private static String refusal(int axis, List<Integer> output, boolean withConstant) {
        ArithmeticImportTest file = new ArithmeticImportTest();
        int last = file.concatenation(axis, output, withConstant);
        return assertThrows(ModelException.class, () -> file.read(last))
                .actual()
                .orElseThrow();
    }

    private int concatenation(int axis, List<Integer> output, boolean withConstant) {
        int other = withConstant ? builder.floats("constant", ROW, new float[4]) : input;
        int to = builder.floatValue("out", output);
        builder.operator(
                BuiltinOperator.CONCATENATION, 1, List.of(input, other), List.of(to), OptionTables.concatenation(axis));
        return to;
    }

    private Graph read(int output) {
        byte[] bytes = builder.finish("arithmetic", "", List.of(input), List.of(output));
        return TfliteReader.of(Path.of("arithmetic.tflite"), bytes).graph();
    }
}
