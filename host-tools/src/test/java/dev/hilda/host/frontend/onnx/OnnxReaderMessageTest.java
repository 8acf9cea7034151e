// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static dev.hilda.host.frontend.onnx.ModelBuilder.ints;
import static dev.hilda.host.frontend.onnx.ModelBuilder.with;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Operator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user reads about a file that is not imported. */
class OnnxReaderMessageTest {
    private static final String DAMAGED = "get the file again: it is damaged or is of another format";
    private static final long SEED = 24;

    @TempDir
    private Path folder;

    @Test
    void shouldRefuseAnOpsetThatIsTooOldOrTooNew() throws IOException {
        ModelException old = refused(new ModelBuilder(6).input("x", 1, 2).node("Relu", List.of("x"), "y"));
        assertEquals("operators of opset 7 to 23", old.expected().orElseThrow());
        assertEquals("opset 6, too old", old.actual().orElseThrow());
        assertTrue(old.remedy().orElseThrow().contains("version_converter"), old.getMessage());
        ModelException future = refused(new ModelBuilder(24).input("x", 1, 2).node("Relu", List.of("x"), "y"));
        assertEquals("opset 24, too new", future.actual().orElseThrow());
        assertEquals(
                1,
                read(new ModelBuilder(7).input("x", 1, 2).node("Relu", List.of("x"), "y"))
                                .nodes()
                                .size()
                        - 1);
        assertEquals(
                1,
                read(new ModelBuilder(23).input("x", 1, 2).node("Relu", List.of("x"), "y"))
                                .nodes()
                                .size()
                        - 1);
    }

    @Test
    void shouldNameEachOperatorThatIsNotRead() throws IOException {
        ModelException refusal = refused(new ModelBuilder(17)
                .input("x", 1, 4)
                .node("LSTM", List.of("x"), "a")
                .node("Softplus", List.of("x"), "b")
                .node("Softplus", List.of("b"), "c")
                .node("my.domain:Attention", List.of("c"), "y"));
        assertEquals("operators that are supported", refusal.expected().orElseThrow());
        assertEquals(
                "LSTM x1, Softplus x2, my.domain.Attention x1", refusal.actual().orElseThrow());
        assertTrue(refusal.remedy().orElseThrow().contains("recurrent"), refusal.getMessage());
    }

    @Test
    void shouldRefuseATranspositionThatNothingTakesUp() throws IOException {
        ModelException refusal = refused(new ModelBuilder(17)
                .input("x", 1, 3, 8, 6)
                .floats("w", List.of(2, 8, 1, 1), new float[16])
                .node("Relu", List.of("x"), "r")
                .node("Transpose", List.of("r"), "t", ints("perm", 0, 2, 3, 1))
                .node("Conv", List.of("t", "w"), "y"));
        assertTrue(refusal.attempted().contains("node 2 (Conv \"n2\")"), refusal.getMessage());
        assertEquals(
                "axes batch, channels, height and width, in this order from the input on",
                refusal.expected().orElseThrow());
        assertTrue(refusal.remedy().orElseThrow().contains("without transpositions"), refusal.getMessage());
    }

    @Test
    void shouldRefuseOpenExtentsBesideTheBatch() throws IOException {
        ModelException refusal =
                refused(new ModelBuilder(17).input("x", -1, 3, -1, 8).node("Relu", List.of("x"), "y"));
        assertEquals(
                "fixed extents of input \"x\" beside the batch",
                refusal.expected().orElseThrow());
        assertEquals("axis 2 open (\"open\")", refusal.actual().orElseThrow());
        Graph graph = read(new ModelBuilder(17).input("x", -1, 3, 4, 8).node("Relu", List.of("x"), "y"));
        assertEquals("4x8x3", graph.inputShape().toString());
        assertEquals(
                "x [2, 3]",
                refused(new ModelBuilder(17).input("x", 2, 3).node("Relu", List.of("x"), "y"))
                        .actual()
                        .orElseThrow());
    }

    /** Codes without a scale are never read as numbers. */
    @Test
    void shouldRefuseIntegersWithoutAScale() throws IOException {
        ModelException refusal = refused(new ModelBuilder(11)
                .input("x", ElementType.INT8, 1, 4)
                .integers("w", ElementType.INT8, List.of(2, 4), new int[8])
                .node("Gemm", List.of("x", "w"), "y", with("transB", 1)));
        assertTrue(refusal.attempted().contains("node 0 (Gemm \"n0\")"), refusal.getMessage());
        assertEquals("INT8 without a scale", refusal.actual().orElseThrow());
        assertTrue(refusal.remedy().orElseThrow().contains("QuantizeLinear"), refusal.getMessage());
        ModelException weights = refused(new ModelBuilder(11)
                .input("x", 1, 4)
                .integers("w", ElementType.INT8, List.of(2, 4), new int[8])
                .node("Gemm", List.of("x", "w"), "y", with("transB", 1)));
        assertEquals("weights of real numbers", weights.expected().orElseThrow());
    }

    @Test
    void shouldRefuseScalesThatAreComputedAtRunTime() throws IOException {
        ModelException refusal = refused(new ModelBuilder(11)
                .input("x", 1, 4)
                .integers("w", ElementType.UINT8, List.of(4, 2), new int[8])
                .node("DynamicQuantizeLinear", List.of("x"), List.of("q", "s", "z"), node -> {})
                .node("MatMulInteger", List.of("q", "w", "z"), "y"));
        assertEquals("scales that are fixed in the file", refusal.expected().orElseThrow());
        assertTrue(refusal.remedy().orElseThrow().contains("quantize_static"), refusal.getMessage());
    }

    @Test
    void shouldNameWhatIsNotQuantizedAmongCodes() throws IOException {
        ModelBuilder model = new ModelBuilder(13)
                .input("x", 1, 4)
                .floats("s", List.of(), 0.1f)
                .integers("z", ElementType.INT8, List.of(), 0)
                .floats("w", List.of(4, 2), new float[8])
                .node("QuantizeLinear", List.of("x", "s", "z"), "q")
                .node("DequantizeLinear", List.of("q", "s", "z"), "d");
        ModelException weights = refused(model.node("MatMul", List.of("d", "w"), "y"));
        assertEquals("weights in codes like the activations", weights.expected().orElseThrow());
        ModelException between = refused(new ModelBuilder(13)
                .input("x", 1, 4)
                .floats("s", List.of(), 0.1f)
                .integers("z", ElementType.INT8, List.of(), 0)
                .node("QuantizeLinear", List.of("x", "s", "z"), "q")
                .node("DequantizeLinear", List.of("q", "s", "z"), "d")
                .node("Tanh", List.of("d"), "t")
                .node("Sigmoid", List.of("t"), "y"));
        assertTrue(between.actual().orElseThrow().startsWith("real numbers in \"t\", read by"), between.getMessage());
    }

    @Test
    void shouldNameAConstantThatIsMissing() throws IOException {
        TensorProto absent = external("weights.bin", "0");
        ModelException refusal = refused(
                new ModelBuilder(17).input("x", 1, 2).initializer(absent).node("Add", List.of("x", "c"), "y"));
        assertTrue(
                refusal.expected().orElseThrow().startsWith("the data of tensor \"c\" in file \"weights.bin\""),
                refusal.getMessage());
        ModelException outside = refused(new ModelBuilder(17)
                .input("x", 1, 2)
                .initializer(external("../weights.bin", "0"))
                .node("Add", List.of("x", "c"), "y"));
        assertEquals("location \"../weights.bin\"", outside.actual().orElseThrow());
    }

    @Test
    void shouldReadDataBesideTheModel() throws IOException {
        byte[] data = new byte[12];
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putFloat(4, 1.5f).putFloat(8, -2.5f);
        Files.write(folder.resolve("weights.bin"), data);
        Graph graph = read(new ModelBuilder(17)
                .input("x", 1, 2)
                .initializer(external("weights.bin", "4"))
                .node("Mul", List.of("x", "c"), "y"));
        Operator.BatchNorm scaling = (Operator.BatchNorm) graph.nodes().get(0).operator();
        assertArrayEquals(
                new float[] {1.5f, -2.5f}, scaling.normalization().gain().toArray());
    }

    /** The model's own file says nothing of it. */
    @Test
    void shouldHashDataBesideTheModel() throws IOException {
        Path file = folder.resolve("model.onnx");
        ModelBuilder model = new ModelBuilder(17).input("x", 1, 2);
        model.initializer(external("weights.bin", "4")).node("Mul", List.of("x", "c"), "y");
        Files.write(file, model.output("y").bytes());
        Set<Optional<String>> hashes = new HashSet<>();
        for (byte[] data :
                new byte[][] {new byte[12], {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
                }) {
            Files.write(folder.resolve("weights.bin"), data);
            hashes.add(new OnnxReader().read(file).source().besideSha256());
        }
        assertEquals(2, hashes.size(), "what is not read does not count");
        assertFalse(hashes.contains(Optional.empty()));
        Files.write(
                file,
                new ModelBuilder(17)
                        .input("x", 1, 2)
                        .node("Relu", List.of("x"), "y")
                        .output("y")
                        .bytes());
        assertEquals(Optional.empty(), new OnnxReader().read(file).source().besideSha256());
    }

    private static TensorProto external(String location, String offset) {
        return TensorProto.newBuilder()
                .setName("c")
                .setDataType(1)
                .addDims(2)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", offset))
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /** A tensor that claims more than the file has, and a shape that claims more than any network has. */
    @Test
    void shouldBelieveNoClaimedSize() throws IOException {
        TensorProto.Builder claims = TensorProto.newBuilder()
                .setName("c")
                .setDataType(1)
                .addDims(1000)
                .addDims(1000);
        ModelException short0 = refused(new ModelBuilder(17)
                .input("x", 1, 2)
                .initializer(claims.build())
                .node("Add", List.of("x", "c"), "y"));
        assertEquals("1000000 elements of tensor \"c\"", short0.expected().orElseThrow());
        ModelException huge = refused(new ModelBuilder(17)
                .input("x", 1, 2)
                .initializer(claims.addDims(1 << 30).build())
                .node("Add", List.of("x", "c"), "y"));
        assertTrue(huge.expected().orElseThrow().startsWith("a tensor of at most"), huge.getMessage());
        ModelException negative = refused(new ModelBuilder(17)
                .input("x", 1, 2)
                .initializer(TensorProto.newBuilder()
                        .setName("c")
                        .setDataType(1)
                        .addDims(-1)
                        .build())
                .node("Add", List.of("x", "c"), "y"));
        assertEquals(DAMAGED, negative.remedy().orElseThrow());
        ModelException expanded = refused(new ModelBuilder(17)
                .input("x", 1, 2)
                .longs("to", 1 << 20, 1 << 20)
                .floats("one", List.of(), 1)
                .node("Expand", List.of("one", "to"), "c")
                .node("Add", List.of("x", "c"), "y"));
        assertTrue(expanded.expected().orElseThrow().startsWith("a tensor of at most"), expanded.getMessage());
    }

    /** Each node by itself is within bounds. */
    @Test
    void shouldBoundWhatAllNodesTogetherClaim() throws IOException {
        ModelBuilder model = new ModelBuilder(17).input("x", 1, 1 << 20).floats("c", List.of(), 3);
        String read = "x";
        for (int node = 0; node < 5; node++) {
            String made = "m" + node;
            model.node("Mul", List.of(read, "c"), made);
            read = made;
        }
        ModelException refusal = refused(model.node("Relu", List.of(read), "y"));
        assertTrue(refusal.attempted().contains("node 4 (Mul"), refusal.getMessage());
        assertTrue(refusal.expected().orElseThrow().startsWith("at most 4194"), refusal.getMessage());
    }

    /** Messages within messages, as deep as the file is long, would take the stack. */
    @ParameterizedTest
    @ValueSource(ints = {50, 100_000})
    void shouldBoundTheDepthOfAFile(int depth) throws IOException {
        byte[] groups = new byte[2 * depth];
        Arrays.fill(groups, 0, depth, (byte) (15 << 3 | 3));
        Arrays.fill(groups, depth, 2 * depth, (byte) (15 << 3 | 4));
        ModelException refusal = refusedBytes(groups);
        assertTrue(refusal.actual().orElseThrow().contains("nesting"), refusal.getMessage());
        assertEquals(DAMAGED, refusal.remedy().orElseThrow());
    }

    @Test
    void shouldTellOfAnyTruncatedOrDamagedFileInOneMessage() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        byte[] whole = Files.readAllBytes(TestData.path("onnx/micro_kws_m_static_qoperator.onnx"));
        Random random = new Random(SEED);
        for (int tried = 0; tried < 60; tried++) {
            byte[] bytes = whole.clone();
            if (tried % 2 == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            } else {
                for (int change = 0; change < 20; change++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            Path file = Files.write(folder.resolve("damaged.onnx"), bytes);
            try {
                new OnnxReader().read(file);
            } catch (ModelException told) {
                assertTrue(told.expected().isPresent() && told.remedy().isPresent(), "seed " + SEED + ", " + tried);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            onnx_mnist | operators of opset 7 to 23 | opset 1, too old
            toycar     | real numbers, or codes with their scale told by DequantizeLinear or a QLinear operator | INT8 without a scale
            """)
    void shouldRefusePublicFilesForTheirReason(String name, String expected, String actual) {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        ModelException refusal = assertThrows(
                ModelException.class, () -> new OnnxReader().read(TestData.path("onnx/" + name + ".onnx")));
        assertEquals(expected, refusal.expected().orElseThrow());
        assertEquals(actual, refusal.actual().orElseThrow());
    }

    /** The value it pads with is a code, of which the zero point is not known yet. */
    @Test
    void shouldRefuseToPadCodes() throws IOException {
        Quantized model = new Quantized(new ModelBuilder(13).input("x", 1, 2, 3, 3), new Random(SEED));
        model.grid("q", ElementType.UINT8, 0.1, 128)
                .node("QuantizeLinear", "q", "x", "q_scale", "q_zero")
                .model()
                .longs("pads", 0, 0, 1, 1, 0, 0, 1, 1);
        model.node("Pad", "p", "q", "pads").node("DequantizeLinear", "y", "p", "q_scale", "q_zero");
        ModelException refusal = refused(model.model());
        assertEquals("real numbers to pad", refusal.expected().orElseThrow());
        assertEquals("codes of UINT8", refusal.actual().orElseThrow());
    }

    /** One value of the graph holds both tensors. */
    @ParameterizedTest
    @ValueSource(strings = {"Identity", "Dropout", "Flatten", "Transpose"})
    void shouldRefuseAQuantizedTensorThatIsReadAsRealNumbersByAnotherName(String sharing) throws IOException {
        Quantized model = new Quantized(new ModelBuilder(13).input("x", 1, 4), new Random(SEED));
        model.fake("x", "a", ElementType.UINT8, 0.02, 128)
                .node("Tanh", "t", "a")
                .node(sharing, "i", "t")
                .node("Neg", "n", "t")
                .fake("i", "d", ElementType.UINT8, 0.008, 127)
                .fake("n", "e", ElementType.UINT8, 0.008, 127)
                .node("Relu", "y", "e")
                .model()
                .output("d");
        ModelException refusal = refused(model.model());
        assertEquals(
                "a tensor that only its quantization reads", refusal.expected().orElseThrow());
    }

    /** What a constant is broadcast to is not kept. */
    @Test
    void shouldReadManySmallConstantsOfALargeImage() throws IOException {
        ModelBuilder model = new ModelBuilder(17).input("x", 1, 2, 512, 512).floats("c", List.of(2, 1, 1), 3, 4);
        String read = "x";
        for (int node = 0; node < 9; node++) {
            model.node("Mul", List.of(read, "c"), "m" + node);
            read = "m" + node;
        }
        assertEquals(11, read(model.node("Relu", List.of(read), "y")).nodes().size());
    }

    private Graph read(ModelBuilder model) throws IOException {
        Path file = Files.write(
                folder.resolve("model.onnx"),
                model.node("Identity", List.of("y"), "z").output("z").bytes());
        return new OnnxReader().read(file).graph();
    }

    private ModelException refused(ModelBuilder model) throws IOException {
        return refusedBytes(model.output("y").bytes());
    }

    private ModelException refusedBytes(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), bytes);
        return assertThrows(ModelException.class, () -> new OnnxReader().read(file));
    }
}
