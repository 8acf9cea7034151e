// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.bench.MobileNetV1;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The bits that {@code hilda quantize --plan} decides for model files. */
class QuantizePlanTest {
    private static final String BOARD = "virtual-nucleo-h743zi";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldDecideTheBitsThatTheAuthorsDeployed() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        List<String> rows = Files.readAllLines(TestData.path("../reference/authors_deployed_bits_pc_icn.csv"));
        assertEquals(17, rows.size());
        for (String row : rows.subList(1, rows.size())) {
            List<String> columns = Arrays.asList(row.split(",", -1));
            JsonNode plan = plan(
                    model(columns.get(1)), "--paper-budget", "--flash-budget", "2048000", "--ram-budget", "512000");
            assertEquals(columns.get(2), digits(plan, "q_in"), row);
            assertEquals(columns.get(3), digits(plan, "q_out"), row);
            assertEquals(columns.get(4), digits(plan, "q_w"), row);
        }
    }

    @Test
    void shouldSayWhatWouldDoWhereNothingFits() throws IOException {
        Path model = model("128_0.25");
        assertEquals(13, run(model, "--paper-budget", "--flash-budget", "50000", "--ram-budget", "512000"));
        assertTrue(err.toString().startsWith("hilda: quantize: could not quantize " + model), err.toString());
        assertTrue(err.toString().matches("(?s).*\\d+ bytes.*"), err.toString());
    }

    @Test
    void shouldRefuseASearchWithoutCalibration() throws IOException {
        assertEquals(2, run(model("128_0.25"), "--search", "sensitivity"));
        assertTrue(err.toString().contains("--plan: --search sensitivity decides on calibration data"), err.toString());
    }

    @Test
    void shouldRefuseLimitsThatTheSearchDoesNotHave() throws IOException {
        Path model = model("128_0.25");
        refuses(model, "--cycle-budget: expected --search sensitivity with it, got memory-driven", "--cycle-budget=1");
        refuses(
                model,
                "--cycle-budget: expected --search sensitivity with it, got latency",
                "--search=latency",
                "--cycle-budget=1");
        refuses(model, "--cycle-budget: expected at least 1 cycle, got 0", "--search=sensitivity", "--cycle-budget=0");
        refuses(model, "--max-loss: expected --search latency with it, got memory-driven", "--max-loss=0.1");
        refuses(
                model,
                "--max-loss: expected a number of nats from 0 on, got NaN",
                "--search=latency",
                "--max-loss=NaN");
        refuses(
                model,
                "--max-loss: expected a number of nats from 0 on, got -0.1",
                "--search=latency",
                "--max-loss=-0.1");
        refuses(model, "--plan: --search latency decides on calibration data", "--search=latency", "--max-loss=0.1");
    }

    private void refuses(Path model, String message, String... options) {
        assertEquals(2, run(model, options));
        assertTrue(err.toString().contains(message), err.toString());
    }

    @Test
    void shouldCountLogitsBeforeASoftmaxAsTheyAreLowered() throws IOException {
        Path model = model("classifier", classifier());
        JsonNode plan = plan(model, "--ram-budget", "4064");
        assertEquals(64 + 4 * 1000, plan.path("rw_peak_bytes").asInt());
        assertEquals("virtual", plan.path("verified_on").asText());
        assertTrue(plan.path("estimated_cycles").asLong() > 0, plan.toString());
        assertTrue(plan.path("has_firmware_port").asBoolean(false), plan.toString());
        assertEquals(1, plan.path("layers").size());
        assertEquals(32, plan.path("layers").path(0).path("q_out").asInt());
        assertEquals(13, run(model, "--ram-budget", "4063"));
        assertTrue(err.toString().contains("the nearest that would do is 4064"), err.toString());
        JsonNode paper = plan(model, "--paper-budget", "--flash-budget", "100000", "--ram-budget", "4063");
        assertEquals(64 + 1000, paper.path("rw_peak_bytes").asInt());
        assertEquals(8, paper.path("layers").path(0).path("q_out").asInt());
    }

    @Test
    void shouldCutLessWhereResultsMayLieOverWhatTheyAreMadeOf() throws IOException {
        Path model = model("192_0.75");
        JsonNode published = plan(model, "--ram-budget", "256000", "--flash-budget", "1900000");
        assertEquals("published", published.path("ram_model").asText());
        JsonNode planned = plan(
                model,
                "--ram-budget",
                "256000",
                "--flash-budget",
                "1900000",
                "--ram-model",
                "planned",
                "--fuse",
                "off");
        assertEquals("planned", planned.path("ram_model").asText());
        assertTrue(
                planned.path("cuts").size() < published.path("cuts").size(),
                () -> planned.path("cuts") + " and " + published.path("cuts"));
        assertEquals(48 * 48 * 96, planned.path("ram_bytes").asInt());
        assertEquals(96 * 96 * 48, planned.path("ram_alive_bytes").asInt());
        assertEquals(768 * (32 + 3 * 8 * 4 + 1), planned.path("scratch_bytes").asInt());
        assertEquals(2, run(model, "--ram-model", "PLANNED"));
        assertTrue(err.toString().contains("expected published or planned, got 'PLANNED'"), err.toString());
    }

    @Test
    void shouldFuseLayersRatherThanCutThem() throws IOException {
        Path model = model("192_0.75");
        JsonNode planned = plan(model, "--ram-budget", "256000", "--flash-budget", "1900000", "--ram-model", "planned");
        for (JsonNode cut : planned.path("cuts")) {
            assertEquals("weights", cut.path("kind").asText(), planned::toString);
        }
        assertTrue(planned.path("ram_bytes").asInt() <= 256_000, planned::toString);
        JsonNode fused = planned.path("fused");
        assertEquals(1, fused.size(), planned::toString);
        int rows = fused.path(0).path("rows_per_turn").asInt();
        int turns = fused.path(0).path("turns").asInt();
        assertTrue(turns > 1 && rows >= 1, planned::toString);
        CommandLine hilda = Hilda.commandLine().setOut(new PrintWriter(out, true));
        String[] text = {"quantize", model.toString(), "--board", BOARD, "--plan"};
        assertEquals(0, hilda.execute(concatenated(text, "--fuse", "smallest", "--flash-budget", "1900000")));
        assertTrue(out.toString().contains("\nFused: L"), out.toString());
        assertEquals(2, run(model, "--fuse", "always"));
        assertTrue(err.toString().contains("expected auto or off or smallest, got 'always'"), err.toString());
    }

    @Test
    void shouldSayToPeopleWhatTheBoardsProfileWasVerifiedOn() throws IOException {
        CommandLine hilda = Hilda.commandLine().setOut(new PrintWriter(out, true));
        String model = model("classifier", classifier()).toString();
        assertEquals(0, hilda.execute("quantize", model, "--board", "nucleo-h753zi", "--plan"));
        assertTrue(out.toString().endsWith("\nfor nucleo-h753zi, verified on none\n"), out.toString());
        assertEquals(0, hilda.execute("quantize", model, "--board", "nucleo-f446re", "--plan"));
        assertTrue(
                out.toString()
                        .endsWith(
                                "\nfor nucleo-f446re, verified on none, which the firmware does not run on: no port to"
                                        + " its chip\n"),
                out.toString());
    }

    @Test
    void shouldPriceTheVariantThatIsAskedFor() throws IOException {
        Path model = model("128_0.25");
        assertEquals(roBytes(model, "MIX_PL"), roBytes(model, "PL_FB"));
        assertTrue(roBytes(model, "PL_FB") < roBytes(model, "PL_ICN"));
        assertTrue(roBytes(model, "PL_ICN") < roBytes(model, "PC_ICN"));
    }

    private long roBytes(Path model, String variant) throws IOException {
        return plan(model, "--variant", variant).path("ro_bytes").asLong();
    }

    private static Graph classifier() {
        Operator dense = new Operator.FullyConnected(
                new FloatTensor(List.of(1000, 64), new float[64 * 1000]),
                FloatTensor.vector(new float[1000]),
                Optional.empty(),
                Activation.NONE);
        List<Node> nodes = List.of(
                new Node("dense", dense, List.of("x"), "logits"),
                new Node("softmax", new Operator.Softmax(1), List.of("logits"), "y"));
        return new Graph("classifier", "x", TensorShape.vector(64), nodes, "y");
    }

    private Path model(String name) throws IOException {
        return model(name, MobileNetV1.of(name));
    }

    private Path model(String name, Graph graph) throws IOException {
        Path file = folder.resolve(name + ".tflite");
        TfliteWriter.write(graph, "test", file);
        return file;
    }

    private JsonNode plan(Path model, String... budgets) throws IOException {
        assertEquals(0, run(model, budgets), err.toString());
        String[] lines = out.toString().strip().split("\n", -1);
        return new ObjectMapper().readTree(lines[lines.length - 1]);
    }

    private int run(Path model, String... budgets) {
        CommandLine hilda = Hilda.commandLine();
        hilda.setOut(new PrintWriter(out, true));
        hilda.setErr(new PrintWriter(err, true));
        String[] fixed = {"quantize", model.toString(), "--board", BOARD, "--plan", "--json"};
        return hilda.execute(concatenated(fixed, budgets));
    }

    private static String[] concatenated(String[] first, String... second) {
        return Stream.of(first, second).flatMap(Arrays::stream).toArray(String[]::new);
    }

    /** One digit for each layer with weights. */
    private static String digits(JsonNode plan, String key) {
        StringBuilder digits = new StringBuilder();
        for (JsonNode layer : plan.path("layers")) {
            if (layer.path("q_w").isInt()) {
                digits.append(layer.path(key).asInt());
            }
        }
        return digits.toString();
    }
}
