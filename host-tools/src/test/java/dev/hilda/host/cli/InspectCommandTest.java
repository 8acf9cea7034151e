// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.tflite.TfliteWriter;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InspectCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void shouldShowTheLayersOfAFloatModel() throws IOException {
        Path file = written();
        assertEquals(0, execute("inspect", file.toString()));
        assertEquals(
                """
                layer   operator     window          output  MACs  parameters
                conv    Convolution  3x3 stride 2x1  4x8x4   3,456 112
                mean    AveragePool  4x8             1x1x4
                scores  Convolution  1x1             1x1x5   20    25
                """.replaceAll(" +", " "),
                out.toString()
                        .lines()
                        .limit(4)
                        .map(line -> line + "\n")
                        .reduce("", String::concat)
                        .replaceAll(" +", " "));
        String totals = out.toString().lines().skip(4).reduce("", (a, b) -> a + b + "\n");
        assertEquals(
                "small.tflite: float32, " + grouped(Files.size(file)) + " bytes, 3 layers, 3,476 MACs, 137 parameters\n"
                        + "  input     image  8x8x3  float32\n  output    scores  1x1x5  float32\n",
                totals);
    }

    /** ONNX has channels first: whoever feeds the network must know. */
    @Test
    void shouldTellInWhichOrderAnOnnxFileIsFed() {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        String model = TestData.path("models/mobilenet_v2_0.35_128.onnx").toString();
        assertEquals(0, execute("inspect", model), err.toString());
        String remark =
                "input input_1 is fed channels last, as 128x128x3: the file has [1, 3, 128, 128], channels first";
        assertTrue(out.toString().contains("  remark    " + remark), out.toString());
        assertEquals(0, execute("inspect", model, "--json"));
        assertTrue(out.toString().contains("\"remarks\":[\"" + remark + "\"]"), out.toString());
    }

    @Test
    void shouldPrintOneJsonObject() throws IOException {
        Path file = written();
        assertEquals(0, execute("inspect", file.toString(), "--json"));
        assertEquals(1, out.toString().lines().count());
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertEquals("float32", json.get("numbers").asText());
        assertEquals(Files.size(file), json.get("file_bytes").asLong());
        assertEquals(3, json.get("layers").size());
        assertEquals(
                "{\"name\":\"conv\",\"operator\":\"Convolution\",\"output_shape\":[4,8,4],\"macs\":3456,\"parameters\":112}",
                json.get("layers").get(0).toString());
        assertEquals(3476, json.get("macs").asLong());
        assertEquals(137, json.get("parameters").asLong());
        assertEquals("{\"name\":\"image\",\"shape\":[8,8,3]}", json.get("input").toString());
        assertEquals(
                "{\"name\":\"scores\",\"shape\":[1,1,5]}", json.get("output").toString());
        assertEquals("[" + json.get("output") + "]", json.get("outputs").toString());
    }

    @Test
    void shouldShowTheQuantizationOfAnInt8Model() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        String file = TestData.path("models/ic01_resnet8_int8.tflite").toString();
        assertEquals(0, execute("inspect", file, "--json"));
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertEquals("int8 per channel", json.get("numbers").asText());
        assertEquals(12_501_632, json.get("macs").asLong());
        assertEquals(8, json.get("input").get("bits").asInt());
        assertEquals(1.0, json.get("input").get("scale").asDouble());
        assertEquals(0, json.get("input").get("zero_point").asInt());
        assertEquals(1.0 / 256, json.get("output").get("scale").asDouble());
    }

    @Test
    void shouldReportWhatIsNoModel() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.tflite"), "not a model at all");
        int exit = execute("inspect", file.toString());
        assertTrue(exit != 0 && exit != 1 && exit != 2, "exit code " + exit);
        assertTrue(err.toString().contains("could not import " + file), err.toString());
        assertTrue(err.toString().contains("expected: a TensorFlow Lite file"), err.toString());
        assertFalse(err.toString().contains("\tat "), err.toString());
    }

    @Test
    void shouldShowAnExample() {
        assertEquals(0, execute("inspect", "--help"));
        assertTrue(out.toString().contains("hilda inspect ic01.tflite --json"), out.toString());
    }

    private Path written() throws IOException {
        Operator convolution = new Operator.Convolution(
                new Window(3, 3, 2, 1, 1, 1, 0, 1, 1, 1),
                new FloatTensor(List.of(4, 3, 3, 3), new float[108]),
                FloatTensor.vector(new float[4]),
                Optional.empty(),
                Activation.NONE);
        Operator dense = new Operator.FullyConnected(
                new FloatTensor(List.of(5, 4), new float[20]),
                FloatTensor.vector(new float[5]),
                Optional.empty(),
                Activation.NONE);
        Graph graph = new Graph(
                "small",
                "image",
                new TensorShape(8, 8, 3),
                List.of(
                        new Node("a", convolution, List.of("image"), "conv"),
                        new Node("b", new Operator.Activate(Activation.RELU6), List.of("conv"), "relu"),
                        new Node("c", new Operator.Mean(), List.of("relu"), "mean"),
                        new Node("d", dense, List.of("mean"), "scores")),
                "scores");
        Path file = folder.resolve("small.tflite");
        TfliteWriter.write(graph, "a test", file);
        return file;
    }

    private static String grouped(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private int execute(String... args) {
        CommandLine command = Hilda.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }
}
