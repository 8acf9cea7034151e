// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.NumberFormat;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatReference;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.RandomGraphs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TfliteWriterTest {
    private static final Path FILE = Path.of("random.tflite");
    /** Each takes a process of its own. */
    private static final int RUNTIME_MODELS = 2;

    private static final int RUNTIME_MODELS_IN_FULL = 40;
    private static final int RUNTIME_INPUTS = 3;

    @TempDir
    private Path folder = Path.of("");

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void shouldBeReadAsTheSameFunction(@ForAll long seed) {
        Random random = new Random(seed);
        Graph graph = RandomGraphs.of(random);
        float[] input = RandomGraphs.input(random, graph.inputShape());
        byte[] bytes = TfliteWriter.bytes(graph, "a random graph");
        ImportedModel model = TfliteReader.of(FILE, bytes);
        assertEquals("random", model.graph().name());
        assertEquals("a random graph", model.source().description());
        assertEquals(NumberFormat.FLOAT32, model.source().numbers());
        assertTrue(model.quantized().isEmpty());
        assertEquals(graph.inputShape(), model.graph().inputShape());
        assertEquals(graph.input(), model.graph().input());
        assertEquals(graph.output(), model.graph().output());
        FloatReference.assertClose(
                FloatReference.run(graph, input), FloatReference.run(model.graph(), input), "graph of seed " + seed);
        assertArrayEquals(bytes, TfliteWriter.bytes(graph, "a random graph"));
    }

    /**
     * TensorFlow Lite computes what the graph says. By its own kernels: XNNPACK leaves the input out of the sums of some
     * depthwise convolutions (1×3, two channels from one; seed 686097363396727413), and aborts on values nobody reads.
     */
    @Test
    void shouldBeUnderstoodByTheRuntime() throws IOException {
        compareWithTheRuntime(RUNTIME_MODELS);
    }

    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    @Test
    void shouldBeUnderstoodByTheRuntimeManyTimes() throws IOException {
        compareWithTheRuntime(RUNTIME_MODELS_IN_FULL);
    }

    private void compareWithTheRuntime(int models) throws IOException {
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
        Random seeds = new Random();
        for (int compared = 0; compared < models; ) {
            long seed = seeds.nextLong();
            Random random = new Random(seed);
            Graph graph = RandomGraphs.of(random);
            if (hasUnreadValue(graph)) {
                continue;
            }
            compared++;
            Path file = folder.resolve(seed + ".tflite");
            TfliteWriter.write(graph, "", file);
            List<float[]> inputs = new ArrayList<>();
            for (int index = 0; index < RUNTIME_INPUTS; index++) {
                inputs.add(RandomGraphs.input(random, graph.inputShape()));
            }
            List<byte[]> outputs = assertDoesNotThrow(
                    () -> TfliteRuntime.run(
                            file, inputs.stream().map(TfliteWriterTest::bytes).toList(), TfliteRuntime.Kernels.OWN),
                    "graph of seed " + seed);
            for (int index = 0; index < RUNTIME_INPUTS; index++) {
                FloatReference.assertClose(
                        FloatReference.run(graph, inputs.get(index)),
                        floats(outputs.get(index)),
                        "graph of seed " + seed + " " + graph.nodes());
            }
        }
    }

    /** The runtime's XNNPACK aborts where it removes nodes that nobody reads (xnn_subgraph_optimize). */
    private static boolean hasUnreadValue(Graph graph) {
        Set<String> read = graph.nodes().stream()
                .flatMap(node -> node.inputs().stream())
                .collect(Collectors.toCollection(HashSet::new));
        read.add(graph.output());
        return !read.containsAll(graph.values());
    }

    @Test
    void shouldReplaceAFileAsAWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("model.tflite"), "something longer than nothing");
        Graph graph = RandomGraphs.of(new Random(1));
        TfliteWriter.write(graph, "", file);
        assertArrayEquals(TfliteWriter.bytes(graph, ""), Files.readAllBytes(file));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void shouldNameThePoolingThatTheFormatDoesNotHave() {
        Operator pool = new Operator.MaxPool(new Window(2, 2, 1, 1, 2, 1, 0, 0, 0, 0), Activation.NONE);
        Graph graph = new Graph(
                "pooled",
                "in",
                new TensorShape(4, 4, 1),
                List.of(new Node("widened", pool, List.of("in"), "out")),
                "out");
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> TfliteWriter.bytes(graph, ""))
                        .getMessage());
        assertTrue(
                message.startsWith(
                        "node widened: expected pooling without dilation and with SAME or VALID padding, got "),
                message);
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static float[] floats(byte[] bytes) {
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
