package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.tflite.TfliteWriter;
import dev.hilda.host.quantize.bits.MobileNets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
            JsonNode plan = plan(model(columns.get(1)), "--flash-budget", "2048000", "--ram-budget", "512000");
            assertEquals(columns.get(2), digits(plan, "q_in"), row);
            assertEquals(columns.get(3), digits(plan, "q_out"), row);
            assertEquals(columns.get(4), digits(plan, "q_w"), row);
        }
    }

    @Test
    void shouldSayWhatWouldDoWhereNothingFits() throws IOException {
        Path model = model("128_0.25");
        assertEquals(13, run(model, "--flash-budget", "50000", "--ram-budget", "512000"));
        assertTrue(err.toString().startsWith("hilda: quantize: could not quantize " + model), err.toString());
        assertTrue(err.toString().matches("(?s).*\\d+ bytes.*"), err.toString());
    }

    private Path model(String name) throws IOException {
        Path file = folder.resolve(name + ".tflite");
        TfliteWriter.write(MobileNets.of(name), "test", file);
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
        String[] fixed = {"quantize", model.toString(), "--board", BOARD, "--plan", "--paper-budget", "--json"};
        String[] arguments = Arrays.copyOf(fixed, fixed.length + budgets.length);
        System.arraycopy(budgets, 0, arguments, fixed.length, budgets.length);
        return hilda.execute(arguments);
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
