// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.frontend.Refusals;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConstantFoldingTest {
    /** Values from IEEE 754: the largest, the least normal, the least subnormal number, and others. */
    @ParameterizedTest
    @CsvSource({
        "0x3C00, 1",
        "0xC000, -2",
        "0x7BFF, 65504",
        "0x0400, 6.103515625e-5",
        "0x0001, 5.9604645e-8",
        "0x03FF, 6.097555e-5",
        "0x3555, 0.33325195",
        "0x8000, -0.0",
        "0x7C00, Infinity",
        "0xFC00, -Infinity"
    })
    void shouldReadHalfPrecision(String bits, float expected) {
        assertEquals(expected, ConstantFolding.ofHalf((short) (int) Integer.decode(bits)));
    }

    @Test
    void shouldKeepNotANumber() {
        assertTrue(Float.isNaN(ConstantFolding.ofHalf((short) 0x7E00)));
    }

    /** As converters write a Flatten whose batch is open: the shape is read, taken apart and put together again. */
    @Test
    void shouldComputeShapes() {
        ModelBuilder builder = new ModelBuilder();
        int image = builder.floatValue("image", List.of(1, 4, 6, 2));
        int shape = value(builder, "shape", 4);
        int batch = value(builder, "batch");
        int area = value(builder, "area", 2);
        int every = value(builder, "every", 2);
        int size = value(builder, "size");
        int twice = value(builder, "twice");
        int extents = value(builder, "extents", 3);
        int flat = builder.floatValue("flat", List.of(1, 24, 2));
        builder.operator(BuiltinOperator.SHAPE, 1, List.of(image), List.of(shape), OptionTables.NONE);
        slice(builder, shape, batch, 0, 1, 1, Schema.StridedSlice.SHRINK_AXIS_MASK);
        slice(builder, shape, area, 1, -1, 1, -1);
        slice(builder, shape, every, 3, 1, 2, Schema.StridedSlice.BEGIN_MASK, Schema.StridedSlice.END_MASK);
        builder.operator(BuiltinOperator.REDUCE_PROD, 1, List.of(area), List.of(size), OptionTables.NONE);
        int two = builder.int32s("two", List.of(), 2);
        builder.operator(BuiltinOperator.MUL, 1, List.of(size, two), List.of(twice), OptionTables.NONE);
        int count = builder.int32s("count", List.of(), 24);
        builder.operator(BuiltinOperator.PACK, 1, List.of(batch, count, two), List.of(extents), OptionTables.NONE);
        builder.operator(
                BuiltinOperator.ADD, 1, List.of(image, every, twice, extents, batch), List.of(flat), OptionTables.NONE);
        OperatorEntry left = onlyLeft(builder, image, flat);
        assertArrayEquals(new long[] {1, 6}, WeightImport.integers(left.input(1)));
        assertArrayEquals(new long[] {48}, WeightImport.integers(left.input(2)));
        assertArrayEquals(new long[] {1, 24, 2}, WeightImport.integers(left.input(3)));
        assertEquals(List.of(), left.input(4).shape());
        assertEquals(List.of(2), left.input(1).shape());
    }

    @Test
    void shouldMoveAndConvertElements() {
        ModelBuilder builder = new ModelBuilder();
        int image = builder.floatValue("image", List.of(1, 6));
        int matrix = builder.int32s("matrix", List.of(2, 3), 1, 2, 3, 4, 5, 6);
        int order = builder.int32s("order", List.of(2), 1, 0);
        int turned = value(builder, "turned", 3, 2);
        int vector = value(builder, "vector", 6);
        int reals = builder.floatValue("reals", List.of(6));
        int result = builder.floatValue("result", List.of(1, 6));
        builder.operator(BuiltinOperator.TRANSPOSE, 1, List.of(matrix, order), List.of(turned), OptionTables.NONE);
        builder.operator(BuiltinOperator.RESHAPE, 1, List.of(turned), List.of(vector), OptionTables.NONE);
        builder.operator(BuiltinOperator.CAST, 1, List.of(vector), List.of(reals), OptionTables.NONE);
        builder.operator(BuiltinOperator.ADD, 1, List.of(image, reals), List.of(result), OptionTables.NONE);
        float[] expected = {1, 4, 2, 5, 3, 6};
        assertArrayEquals(
                expected, WeightImport.floats(onlyLeft(builder, image, result).input(1)));
    }

    private static int value(ModelBuilder builder, String name, Integer... shape) {
        return builder.value(name, List.of(shape), TensorType.INT32, 0);
    }

    /** @param masks that are set for the only axis */
    private static void slice(ModelBuilder builder, int from, int to, int begin, int end, int stride, int... masks) {
        List<Integer> inputs = List.of(
                from,
                builder.int32s("", List.of(1), begin),
                builder.int32s("", List.of(1), end),
                builder.int32s("", List.of(1), stride));
        builder.operator(BuiltinOperator.STRIDED_SLICE, 1, inputs, List.of(to), flat -> {
            flat.startTable(Schema.StridedSlice.SHRINK_AXIS_MASK + 1);
            for (int mask : masks) {
                if (mask >= 0) {
                    flat.addInt(mask, 1, 0);
                }
            }
            return flat.endTable();
        });
    }

    private static OperatorEntry onlyLeft(ModelBuilder builder, int input, int output) {
        byte[] bytes = builder.finish("folded", "", List.of(input), List.of(output));
        Path path = Path.of("folded.tflite");
        ModelFile file = ModelFile.of(ByteBuffer.wrap(bytes));
        ConstantFolding folding = new ConstantFolding(bytes.length);
        List<OperatorEntry> left = FileOperators.of(path, file, new Refusals(path)).supported().stream()
                .flatMap(entry -> folding.apply(entry).stream())
                .toList();
        assertEquals(1, left.size(), left.toString());
        return left.get(0);
    }
}
