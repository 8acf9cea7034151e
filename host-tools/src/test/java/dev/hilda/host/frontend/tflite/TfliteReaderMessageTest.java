// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.ir.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads about a file that cannot be imported. */
class TfliteReaderMessageTest {
    private static final int LSTM = 16;
    private static final int SIN = 66;
    private static final int FLOOR_MOD = 95;
    private static final int COS = 108;
    private static final int WHILE = 119;
    private static final List<Integer> IMAGE = List.of(1, 4, 4, 2);

    @TempDir
    private Path folder;

    private final ModelBuilder builder = new ModelBuilder();
    private Path file = Path.of("");

    @BeforeEach
    void nameFile() {
        file = folder.resolve("model.tflite");
    }

    /** A damaged TRANSPOSE may have a thousand axes. */
    @Test
    void shouldShortenWhatAFileHasTooMuchOf() {
        String actual =
                ImportProblem.damaged("an order of 2 axes", "7, ".repeat(1000)).actual();
        assertEquals(301, actual.length());
        assertTrue(actual.endsWith("…"), actual);
    }

    @Test
    void shouldNameAllUnsupportedOperatorsWithWhatElseIsWrong() throws IOException {
        int input = builder.floatValue("image", IMAGE);
        List<Integer> values = new ArrayList<>(List.of(input));
        int[] codes = {SIN, COS, SIN, LSTM, FLOOR_MOD};
        for (int code : codes) {
            int from = values.get(values.size() - 1);
            values.add(builder.floatValue("v" + values.size(), IMAGE));
            builder.operator(code, 1, List.of(from), List.of(values.get(values.size() - 1)), 0, 0);
        }
        int axes = builder.int32s("axes", List.of(2), 1, 3);
        int last = values.get(values.size() - 1);
        for (String name : List.of("mean", "other mean")) {
            int mean = builder.floatValue(name, List.of(1, 4));
            builder.operator(BuiltinOperator.MEAN, 1, List.of(last, axes), List.of(mean), OptionTables.NONE);
            values.add(mean);
        }
        assertRefused(
                "",
                "operators that are supported",
                "SIN x2, COS x1, LSTM x1, FLOOR_MOD x1\n    node 5 (MEAN \"mean\"): expected the mean over "
                        + "neighbouring axes, got axes [1, 3] of [1, 4, 4, 2] (and so in 1 more)",
                "replace recurrent layers by convolutions over time; build the model from the operators that "
                        + "host-tools/docs/conversion.md lists; use global average pooling",
                input,
                values.get(values.size() - 1));
    }

    @Test
    void shouldNameOneKindOfReasonWithItsPlace() throws IOException {
        int input = builder.floatValue("image", IMAGE);
        int axes = builder.int32s("axes", List.of(2), 1, 3);
        int mean = builder.floatValue("mean", List.of(1, 4));
        int positive = builder.floatValue("positive", List.of(1, 4));
        int again = builder.floatValue("again", List.of(1, 4));
        builder.operator(BuiltinOperator.MEAN, 1, List.of(input, axes), List.of(mean), OptionTables.NONE);
        builder.operator(BuiltinOperator.RELU, 1, List.of(mean), List.of(positive), OptionTables.NONE);
        builder.operator(BuiltinOperator.MEAN, 1, List.of(input, axes), List.of(again), OptionTables.NONE);
        assertRefused(
                "node 0 (MEAN \"mean\")",
                "the mean over neighbouring axes",
                "axes [1, 3] of [1, 4, 4, 2] (and so in 1 more)",
                "use global average pooling",
                input,
                positive);
    }

    /** The types of its tensors do not matter. */
    @Test
    void shouldNameCustomOperatorsAndControlFlow() throws IOException {
        int input = builder.floatValue("image", IMAGE);
        int condition = builder.value("condition", List.of(1), TensorType.BOOL, 0);
        int output = builder.floatValue("out", IMAGE);
        builder.custom("TFLite_Detection_PostProcess", List.of(input), List.of(condition));
        builder.custom("FlexErf", List.of(input), List.of(condition));
        builder.operator(WHILE, 1, List.of(condition, input), List.of(output), 0, 0);
        assertRefused(
                "",
                "operators that are supported",
                "CUSTOM TFLite_Detection_PostProcess x1, CUSTOM FlexErf x1, WHILE x1",
                "build the model from the operators that host-tools/docs/conversion.md lists",
                input,
                output);
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldRefuseAPipeAndADevice() throws Exception {
        Path pipe = folder.resolve("pipe.tflite");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        for (Path file : List.of(pipe, Path.of("/dev/zero"), folder)) {
            ModelException refusal = assertThrows(ModelException.class, () -> new TfliteReader().read(file));
            assertEquals("a folder, a pipe or a device", refusal.actual().orElseThrow());
        }
    }

    @Test
    void shouldNameADynamicShape() throws IOException {
        int input = builder.floatValue("image", List.of(1, -1, -1, 2));
        int output = builder.floatValue("positive", List.of(1, -1, -1, 2));
        builder.operator(BuiltinOperator.RELU, 1, List.of(input), List.of(output), OptionTables.NONE);
        assertRefused(
                "",
                "fixed extents of tensor image",
                "[1, -1, -1, 2]",
                "export the model with a fixed input shape of batch 1",
                input,
                output);
    }

    @Test
    void shouldNameTheNodeOfADynamicShapeInside() throws IOException {
        int input = builder.floatValue("image", IMAGE);
        int output = builder.floatValue("positive", List.of(1, 4, -1, 2));
        builder.operator(BuiltinOperator.RELU, 1, List.of(input), List.of(output), OptionTables.NONE);
        assertRefused(
                "node 0 (RELU \"positive\")",
                "fixed extents of tensor positive",
                "[1, 4, -1, 2]",
                "export the model with a fixed input shape of batch 1",
                input,
                output);
    }

    @Test
    void shouldAskForInputsThatDiffer() throws IOException {
        int left = builder.floatValue("left", IMAGE);
        int sum = builder.floatValue("sum", IMAGE);
        builder.operator(
                BuiltinOperator.ADD, 1, List.of(left, left), List.of(sum), OptionTables.elementwise(Activation.NONE));
        Files.write(file, builder.finish("two", "", List.of(left, left), List.of(sum)));
        assertMessage("", "inputs that differ", "input left twice", "export it with each input once");
    }

    @Test
    void shouldTellThatAFileIsCut() throws IOException {
        int input = builder.floatValue("image", IMAGE);
        int output = builder.floatValue("positive", IMAGE);
        builder.operator(BuiltinOperator.RELU, 1, List.of(input), List.of(output), OptionTables.NONE);
        byte[] whole = builder.finish("cut", "", List.of(input), List.of(output));
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        ModelException refused = assertThrows(ModelException.class, () -> new TfliteReader().read(file));
        assertEquals("import " + file, refused.attempted());
        assertEquals(
                "an offset inside the file's " + whole.length / 2 + " bytes",
                refused.expected().orElseThrow());
        assertTrue(
                refused.actual().orElseThrow().matches("\\d+ bytes at \\d+"),
                refused.actual().orElseThrow());
        assertEquals(
                "get the file again: it is damaged or is of another format",
                refused.remedy().orElseThrow());
    }

    @Test
    void shouldTellThatAFileIsNoModel() throws IOException {
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\n");
        assertMessage(
                "",
                "a TensorFlow Lite file (TFL3 at byte 4)",
                "\"ion \"",
                "get the file again: it is damaged or is of another format");
    }

    @Test
    void shouldTellThatThereIsNoFile() {
        assertMessage("", "a readable file", "no such file", "check the path and its permissions");
    }

    @Test
    void shouldNameAnOperatorWithoutInputs() throws IOException {
        int input = builder.floatValue("image", IMAGE);
        int output = builder.floatValue("positive", IMAGE);
        builder.operator(BuiltinOperator.RELU, 1, List.of(), List.of(output), OptionTables.NONE);
        assertRefused(
                "node 0 (RELU \"positive\")",
                "an input at position 0",
                "0 inputs",
                "get the file again: it is damaged or is of another format",
                input,
                output);
    }

    @Test
    void shouldNameWhatIsReadBeforeItIsMade() throws IOException {
        int input = builder.floatValue("image", IMAGE);
        int first = builder.floatValue("first", IMAGE);
        int second = builder.floatValue("second", IMAGE);
        builder.operator(BuiltinOperator.RELU, 1, List.of(second), List.of(first), OptionTables.NONE);
        builder.operator(BuiltinOperator.RELU, 1, List.of(first), List.of(second), OptionTables.NONE);
        assertRefused(
                "node 0 (RELU \"first\")",
                "inputs that earlier nodes make",
                "tensor \"second\", which no earlier node makes",
                "get the file again: it is damaged or is of another format",
                input,
                second);
    }

    @Test
    void shouldNameANodeThatWritesTheInput() throws IOException {
        int input = builder.floatValue("image", IMAGE);
        builder.operator(BuiltinOperator.RELU, 1, List.of(input), List.of(input), OptionTables.NONE);
        assertRefused(
                "node 0 (RELU \"image\")",
                "an output of its own",
                "image again",
                "get the file again: it is damaged or is of another format",
                input,
                input);
    }

    @Test
    void shouldNameTheShapeThatDoesNotFit() throws IOException {
        int input = builder.floatValue("image", IMAGE);
        int output = builder.floatValue("pooled", List.of(1, 3, 3, 2));
        builder.operator(
                BuiltinOperator.MAX_POOL_2D,
                1,
                List.of(input),
                List.of(output),
                OptionTables.pool(new Window(2, 2, 2, 2, 1, 1, 0, 0, 0, 0), Schema.PADDING_VALID, Activation.NONE));
        assertRefused(
                "node 0 (MAX_POOL_2D \"pooled\")",
                "an output of 2x2x2",
                "[1, 3, 3, 2]",
                "get the file again: it is damaged or is of another format",
                input,
                output);
    }

    @Test
    void shouldNotAllocateWhatASmallFileOnlyClaims() throws IOException {
        List<Integer> giant = List.of(1, 1, 1, 1 << 22);
        int input = builder.floatValue("giant", giant);
        int factor = builder.floats("factor", List.of(1), new float[] {2});
        int output = builder.floatValue("scaled", giant);
        builder.operator(
                BuiltinOperator.MUL,
                1,
                List.of(input, factor),
                List.of(output),
                OptionTables.elementwise(Activation.NONE));
        byte[] bytes = builder.finish("giant", "", List.of(input), List.of(output));
        Files.write(file, bytes);
        assertMessage(
                "node 0 (MUL \"scaled\")",
                "at most " + 4 * bytes.length + " constants in a file of this size",
                String.valueOf((1 << 22) + 1),
                "get the file again: it is damaged or is of another format");
    }

    private void assertRefused(String where, String expected, String actual, String remedy, int input, int output)
            throws IOException {
        Files.write(file, builder.finish("refused", "", List.of(input), List.of(output)));
        assertMessage(where, expected, actual, remedy);
    }

    private void assertMessage(String where, String expected, String actual, String remedy) {
        ModelException refused = assertThrows(ModelException.class, () -> new TfliteReader().read(file));
        assertEquals(
                "model: could not import " + file + (where.isEmpty() ? "" : ", " + where) + "\n  expected: " + expected
                        + "\n  got: " + actual + "\n  what to do: " + remedy,
                refused.getMessage());
    }
}
