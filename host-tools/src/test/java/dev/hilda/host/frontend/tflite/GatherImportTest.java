// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.Refusals;
import dev.hilda.host.ir.FloatReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** Slices and their like that a file may not have, and those of constants. */
class GatherImportTest {
    private static final Path FILE = Path.of("gather.tflite");
    private static final List<Integer> ROW = List.of(1, 3, 2);

    private final ModelBuilder builder = new ModelBuilder();
    private final List<Integer> outputs = new ArrayList<>();

    /** Of which TensorFlow Lite takes no notice. */
    @Test
    void shouldRefuseAnotherScale() {
        int input = builder.value("in", ROW, TensorType.INT8, grid(0.5f));
        int to = builder.value("out", List.of(1, 3, 1), TensorType.INT8, grid(0.25f));
        add(BuiltinOperator.SPLIT, List.of(number(2), input), to, OptionTables.split(2));
        assertEquals(
                "scale 0.25 and zero point 0, to which TensorFlow Lite does not convert",
                refusal(input).actual().orElseThrow());
    }

    @Test
    void shouldRefuseElementsOfTheBatch() {
        int input = builder.floatValue("in", ROW);
        int to = builder.floatValue("out", List.of(1, 2, 3, 2));
        int twice = builder.int32s("twice", List.of(1, 2), 0, 0);
        add(BuiltinOperator.GATHER, List.of(input, twice), to, OptionTables.gather(0));
        assertEquals("of the batch", refusal(input).actual().orElseThrow());
    }

    @Test
    void shouldRefuseWhatIsKnownOnlyAtRunTime() {
        int input = builder.floatValue("in", ROW);
        int to = builder.floatValue("out", ROW);
        add(BuiltinOperator.SLICE, List.of(input, builder.int32s("", List.of(3), 0, 0, 0), input), to);
        assertEquals("in to be a constant", refusal(input).expected().orElseThrow());
    }

    @Test
    void shouldRefuseAConstantThatIsNotFolded() {
        int input = builder.floatValue("in", ROW);
        int constant = builder.floats("constant", ROW, new float[6]);
        int to = builder.floatValue("out", ROW);
        add(BuiltinOperator.REVERSE_V2, List.of(constant, number(1)), to);
        assertEquals("the constant constant", refusal(input).actual().orElseThrow());
    }

    @Test
    void shouldRefuseAShapeThatTheOperatorDoesNotMake() {
        int input = builder.floatValue("in", ROW);
        int to = builder.floatValue("out", List.of(1, 2, 3));
        add(BuiltinOperator.REVERSE_V2, List.of(input, number(1)), to);
        assertEquals("an output of [1, 3, 2]", refusal(input).expected().orElseThrow());
    }

    @Test
    void shouldRefuseWhatIsOutside() {
        assertOutside("4 to 4", BuiltinOperator.GATHER, OptionTables.gather(1), 4);
        assertOutside("-1 to -1", BuiltinOperator.GATHER, OptionTables.gather(1), -1);
        assertOutside("3 numbers for [1, 3, 2]", BuiltinOperator.TILE, OptionTables.NONE, 2);
        assertOutside("an axis of [1, 3, 2]", BuiltinOperator.REVERSE_V2, OptionTables.NONE, 3);
    }

    private static void assertOutside(
            String reason, BuiltinOperator operator, ToIntFunction<FlatBufferBuilder> options, int constant) {
        GatherImportTest file = new GatherImportTest();
        int input = file.builder.floatValue("in", ROW);
        int to = file.builder.floatValue("out", ROW);
        file.add(operator, List.of(input, file.number(constant)), to, options);
        String message = String.valueOf(file.refusal(input).getMessage());
        assertEquals(true, message.contains(reason), message);
    }

    /** A small file can claim lists that would fill the memory. */
    @Test
    void shouldRefuseMoreIndicesThanTheFileIsWorth() {
        int input = builder.floatValue("in", List.of(1, 1));
        int to = builder.floatValue("out", List.of(1, 1 << 27));
        int times = builder.int32s("times", List.of(2), 1, 1 << 27);
        add(BuiltinOperator.TILE, List.of(input, times), to);
        assertEquals(
                "slices and resized maps of at most 65536 rows, columns and channels together",
                refusal(input).expected().orElseThrow());
    }

    /** As exporters take a shape apart; here the parts of [1, 3, 2] become a new shape. */
    @Test
    void shouldComputeThoseOfConstants() {
        int input = builder.floatValue("in", ROW);
        int shape = builder.value("shape", List.of(3), TensorType.INT32, 0);
        int last = builder.value("last", List.of(2), TensorType.INT32, 0);
        int turned = builder.value("turned", List.of(3), TensorType.INT32, 0);
        int to = builder.floatValue("out", List.of(1, 2, 3));
        add(BuiltinOperator.SHAPE, List.of(input), shape);
        add(BuiltinOperator.SLICE, List.of(shape, number(1), number(-1)), last);
        int order = builder.int32s("order", List.of(3), 0, 2, 1);
        add(BuiltinOperator.GATHER, List.of(shape, order), turned);
        add(BuiltinOperator.ADD, List.of(turned, last), to);
        byte[] bytes = builder.finish("folded", "", List.of(input), List.of(to));
        ConstantFolding folding = new ConstantFolding(bytes.length);
        OperatorEntry left =
                FileOperators.of(FILE, ModelFile.of(ByteBuffer.wrap(bytes)), new Refusals(FILE)).supported().stream()
                        .flatMap(entry -> folding.apply(entry).stream())
                        .toList()
                        .get(0);
        assertArrayEquals(new long[] {1, 2, 3}, WeightImport.integers(left.input(0)));
        assertArrayEquals(new long[] {3, 2}, WeightImport.integers(left.input(1)));
    }

    @Test
    void shouldRefuseConstantsThatRepeatWithoutEnd() {
        int input = builder.floatValue("in", ROW);
        int from = builder.int32s("from", List.of(100, 1), new int[100]);
        int to = builder.value("out", List.of(100, 100), TensorType.INT32, 0);
        int repeated = builder.int32s("repeated", List.of(100), new int[100]);
        add(BuiltinOperator.GATHER, List.of(from, repeated), to, OptionTables.gather(1));
        assertEquals(
                "a constant that repeats at most 4096 elements",
                refusal(input).expected().orElseThrow());
    }

    /** A shape that only the file has: its parts are as many elements. */
    @Test
    void shouldGiveTheResultTheShapeOfTheFile() {
        int input = builder.floatValue("in", List.of(1, 2, 3, 2));
        int to = builder.floatValue("out", List.of(1, 2, 3));
        int begin = builder.int32s("begin", List.of(4), 0, 0, 0, 1);
        int end = builder.int32s("end", List.of(4), 0, 0, 0, 0);
        int strides = builder.int32s("strides", List.of(4), 1, 1, 1, 1);
        add(
                BuiltinOperator.STRIDED_SLICE,
                List.of(input, begin, end, strides),
                to,
                OptionTables.stridedSlice(7, 7, 0, 0, 8));
        assertArrayEquals(
                new float[] {1, 3, 5, 7, 9, 11},
                FloatReference.run(
                        TfliteReader.of(FILE, finished(input)).graph(),
                        new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
    }

    private int number(int value) {
        return builder.int32s("number", List.of(1), value);
    }

    private void add(BuiltinOperator operator, List<Integer> inputs, int to) {
        add(operator, inputs, to, OptionTables.NONE);
    }

    private void add(BuiltinOperator operator, List<Integer> inputs, int to, ToIntFunction<FlatBufferBuilder> options) {
        builder.operator(operator, 1, inputs, List.of(to), options);
        outputs.add(to);
    }

    private ModelException refusal(int input) {
        byte[] bytes = finished(input);
        return assertThrows(ModelException.class, () -> TfliteReader.of(FILE, bytes));
    }

    private byte[] finished(int input) {
        return builder.finish("gather", "", List.of(input), List.of(outputs.get(outputs.size() - 1)));
    }

    private int grid(float scale) {
        FlatBufferBuilder flat = builder.flat();
        flat.startVector(Float.BYTES, 1, Float.BYTES);
        flat.addFloat(scale);
        int scales = flat.endVector();
        flat.startTable(Schema.Quantization.QUANTIZED_DIMENSION + 1);
        flat.addOffset(Schema.Quantization.SCALE, scales, 0);
        return flat.endTable();
    }
}
