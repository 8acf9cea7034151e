// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

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

    private ModelException refused(ModelBuilder model) throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), model.output("y").bytes());
        return assertThrows(ModelException.class, () -> new OnnxReader().read(file));
    }
}
