// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static dev.hilda.host.frontend.onnx.ModelBuilder.ints;
import static dev.hilda.host.frontend.onnx.ModelBuilder.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.host.frontend.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads about parts of a file that do not fit each other, or fit but are not supported. */
class UnfitPartsMessageTest {
    private static final String DAMAGED = "get the file again: it is damaged or is of another format";

    @TempDir
    private Path folder;

    @Test
    void shouldRefuseScalesAndZeroPointsThatDoNotFit() throws IOException {
        ModelBuilder trained = new ModelBuilder(13)
                .domain("onnx.brevitas", 1)
                .input("x", 1, 4)
                .floats("w", List.of(1, 4), 1, 2, 3, 4)
                .floats("s", List.of(2, 1), 0.5f, 0.25f)
                .floats("z", List.of(), 0)
                .floats("b", List.of(), 8);
        ModelException scales = refused(trained.node("onnx.brevitas:Quant", List.of("w", "s", "z", "b"), "v")
                .node("Add", List.of("x", "v"), "y"));
        assertEquals(
                "a scale that can be broadcast to [1, 4]", scales.expected().orElseThrow());
        ModelException signs = refused(new ModelBuilder(13)
                .domain("onnx.brevitas", 1)
                .input("x", 1, 4)
                .floats("w", List.of(1, 4), 1, -2, 3, 4)
                .floats("s", List.of(2, 1), 0.5f, 0.25f)
                .node("onnx.brevitas:BipolarQuant", List.of("w", "s"), "v")
                .node("Add", List.of("x", "v"), "y"));
        assertEquals("a scale that can be broadcast to [1, 4]", signs.expected().orElseThrow());
        ModelException zeros = refused(new ModelBuilder(13)
                .input("x", 1, 4)
                .integers("w", ElementType.INT8, List.of(4, 2), new int[8])
                .floats("s", List.of(), 0.5f)
                .integers("z", ElementType.INT8, List.of(2), 1, 2)
                .node("DequantizeLinear", List.of("w", "s", "z"), "v")
                .node("MatMul", List.of("x", "v"), "y"));
        assertEquals("1 zero points", zeros.expected().orElseThrow());
        assertEquals(DAMAGED, zeros.remedy().orElseThrow());
    }

    /** What no check foresees: an overflow and an absent output. */
    @Test
    void shouldTellOfDamageWhereNoCheckForeseesIt() throws IOException {
        ModelException overflow = refused(new ModelBuilder(17)
                .input("x", 1, 4)
                .longs("to", 1 << 24, 1 << 24, 1 << 24)
                .node("Reshape", List.of("x", "to"), "y"));
        assertEquals(DAMAGED, overflow.remedy().orElseThrow());
        ModelException absent = refused(new ModelBuilder(17)
                .input("x", 1, 4)
                .node("Identity", List.of("x"), List.of(), node -> {})
                .node("Relu", List.of("x"), "y"));
        assertEquals(DAMAGED, absent.remedy().orElseThrow());
    }

    @Test
    void shouldRefuseExtentsThatDoNotFit() throws IOException {
        ModelException joined = refused(new ModelBuilder(17)
                .input("x", 1, 2, 3, 4)
                .node("GlobalAveragePool", List.of("x"), "m")
                .node("Concat", List.of("x", "m"), "y", with("axis", 1)));
        assertEquals("inputs that differ only along axis 1", joined.expected().orElseThrow());
        ModelBuilder pads = new ModelBuilder(17).input("x", 1, 1, 4, 4).floats("w", List.of(1, 1, 2, 2), 1, 2, 3, 4);
        assertEquals(
                "4 pads",
                refused(pads.node("Conv", List.of("x", "w"), "y", ints("pads", 1, 1)))
                        .expected()
                        .orElseThrow());
        ModelBuilder strides = new ModelBuilder(17).input("x", 1, 1, 4, 4);
        assertEquals(
                "2 strides",
                refused(strides.node(
                                "MaxPool",
                                List.of("x"),
                                "y",
                                ints("kernel_shape", 2, 2).andThen(ints("strides", 2))))
                        .expected()
                        .orElseThrow());
    }

    /** Sound files, of which only some things are not read. */
    @Test
    void shouldNotCallAFileDamagedThatIsOnlyNotSupported() throws IOException {
        assertRemedy(
                "limit by one constant at a time",
                vector().floats("c", List.of(), 1).node("Min", List.of("x", "c", "c"), "y"));
        assertRemedy(
                "limit all elements alike, as Clip does",
                vector().floats("c", List.of(4), 1, 2, 3, 4).node("Max", List.of("x", "c"), "y"));
        assertRemedy(
                "multiply by a matrix; of one column for one result",
                vector().floats("w", List.of(4), 1, 2, 3, 4).node("MatMul", List.of("x", "w"), "y"));
        assertRemedy(
                "add one bias for each output",
                new ModelBuilder(17)
                        .input("x", 1, 4)
                        .longs("to", 2, 2)
                        .floats("w", List.of(2, 1), 1, 2)
                        .floats("b", List.of(2, 1), 1, 2)
                        .node("Reshape", List.of("x", "to"), "r")
                        .node("Gemm", List.of("r", "w", "b"), "y"));
        assertRemedy(
                "multiply the weights before they are quantized",
                vector().integers("c", ElementType.INT8, List.of(4, 1), 1, 2, 3, 4)
                        .floats("s", List.of(), 0.5f)
                        .node("DequantizeLinear", List.of("c", "s"), "w")
                        .node("Gemm", List.of("x", "w"), "y", with("alpha", -1f)));
        assertRemedy(
                "export the model with constants folded",
                vector().floats("none", List.of(0))
                        .longs("to", 0, 4)
                        .node("Reshape", List.of("none", "to"), "c")
                        .node("Add", List.of("x", "c"), "y"));
    }

    private static ModelBuilder vector() {
        return new ModelBuilder(17).input("x", 1, 4);
    }

    private void assertRemedy(String remedy, ModelBuilder model) throws IOException {
        assertEquals(remedy, refused(model).remedy().orElseThrow());
    }

    private ModelException refused(ModelBuilder model) throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), model.output("y").bytes());
        return assertThrows(ModelException.class, () -> new OnnxReader().read(file));
    }
}
