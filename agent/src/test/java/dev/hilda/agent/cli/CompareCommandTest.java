// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.verdict.Comparison;
import dev.hilda.agent.verdict.JudgedRun;
import dev.hilda.agent.verdict.PlantedRuns;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code hilda compare} on runs that are in a store. */
class CompareCommandTest {
    @TempDir
    private Path folder;

    private Map<String, String> environment;
    private PlantedRuns runs;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void keepABaseline() throws IOException {
        environment = Map.of(
                "XDG_STATE_HOME", folder.resolve("state").toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString());
        runs = new PlantedRuns(folder);
        keep(runs.baseline());
    }

    private void keep(JudgedRun run) throws IOException {
        try (Store store = new BenchStore(environment).open(new PrintWriter(err))) {
            store.results(false).save(run.result(), run.images());
        }
    }

    private int compare(String... arguments) {
        return execute(new CompareCommand(environment), arguments);
    }

    private int execute(Object command, String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return FailureReport.install(new CommandLine(command))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private JsonNode json() throws IOException {
        JsonNode document = new ObjectMapper().readTree(out.toString());
        try (InputStream schema = Comparison.class.getResourceAsStream("comparison-1.schema.json")) {
            assertEquals(
                    Set.of(),
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                            .getSchema(schema)
                            .validate(document));
        }
        return document;
    }

    @Test
    void shouldEndWith12WhereARunIsWorse() throws Exception {
        keep(runs.retrained(30, 10));
        assertEquals(ExitCode.REGRESSION.code(), compare("70dd", "2"), err.toString());
        String text = out.toString();
        assertTrue(text.contains("\nREGRESSED\n"), text);
        assertTrue(
                text.contains(
                        "accuracy  worse    0.8700     0.8500     -2.00 points  more images are lost than by chance"),
                text);
        assertTrue(
                text.contains("-20 images net of 1,000 in common: 30 lost, 10 won; -2.00 points (-3.73 to -0.50, 98.5 %"
                        + " confidence)"),
                text);
        assertTrue(text.contains("probability 0.00222; the smallest drop that this set detects is "), text);
        assertTrue(text.contains("network_sha256 5a5a5a5a5a5a, now 0f0f0f0f0f0f"), text);
        assertEquals(ExitCode.REGRESSION.code(), compare("70dd", "2", "--json"));
        assertEquals("regressed", json().path("conclusion").asText());
        assertEquals(
                -20,
                json().path("verdicts")
                        .path(1)
                        .path("paired")
                        .path("net_images")
                        .asInt());
        // What is tolerated is the user's to say.
        assertEquals(0, compare("70dd", "2", "--significance", "0.001"), out.toString());
    }

    @Test
    void shouldEndWith0WithTheRemarkWhereTheSetIsTooSmall() throws Exception {
        keep(runs.retrained(19, 11));
        assertEquals(0, compare("7", "2"), out.toString());
        assertTrue(out.toString().contains("below what this set can show (needs about 11,000 images)"), out.toString());
        assertEquals(0, compare("7", "2", "--json"));
        assertEquals("unshown", json().path("verdicts").path(1).path("verdict").asText());
        assertEquals(0, compare("7", "7", "--json"));
        assertEquals("equal", json().path("verdicts").path(1).path("verdict").asText());
        assertEquals(ExitCode.OK.code(), compare("7", "2", "--equal-within", "3"));
        assertTrue(out.toString().contains("no drop of more than 3 points"), out.toString());
    }

    @Test
    void shouldTellFaultsAndOpenDecisionsByTheirCodes() throws Exception {
        keep(runs.retrained(0, 0, Map.of("parity_matched", 900)));
        keep(runs.retrained(0, 0, Map.of("run_id", PlantedRuns.id(3), "compiler", "gcc 15")));
        keep(runs.retrained(0, 0, Map.of("run_id", PlantedRuns.id(4), "cycles_p50", 1_050_000)));
        assertEquals(14, compare("7", "2", "--json"), out.toString());
        assertEquals("fault", json().path("conclusion").asText());
        assertEquals(15, compare("7", "3", "--json"), out.toString());
        assertEquals("open", json().path("conclusion").asText());
        assertEquals(12, compare("7", "4"), out.toString());
        assertTrue(out.toString().contains("  cycles    worse    1,000,000  1,050,000  +5.00 %"), out.toString());
        assertEquals(0, compare("7", "4", "--cycles-tolerance", "5"), out.toString());
    }

    @Test
    void shouldTolerateWhatAPolicySays() throws Exception {
        keep(runs.retrained(0, 0, Map.of("cycles_p50", 1_050_000, "hilda_version", "9.9.9", "probe", "another")));
        String policy = Files.writeString(
                        folder.resolve("policy.yaml"),
                        "cycles: {tolerance_percent: 4, suspects: [compiler], same: [chip_id]}")
                .toString();
        assertEquals(15, compare("7", "2"), out.toString());
        assertEquals(12, compare("7", "2", "--policy", policy, "--json"), err.toString());
        assertEquals(
                "[\"compiler\"]",
                json().path("policy").path("cycles_dimensions").path("suspects").toString());
        assertEquals(0, compare("7", "2", "--policy", policy, "--cycles-tolerance", "5"), out.toString());
        Files.writeString(Path.of(policy), "cycles: {same: [probe]}");
        assertEquals(0, compare("7", "2", "--policy", policy, "--json"), out.toString());
        assertEquals(
                "not-comparable",
                json().path("verdicts").path(2).path("verdict").asText());
    }

    @Test
    void shouldCompareWithThePromotedBaseline() throws Exception {
        keep(runs.retrained(30, 10));
        keep(runs.retrained(30, 10, Map.of("run_id", PlantedRuns.id(3), "data_sha256", "ab".repeat(32))));
        assertEquals(ExitCode.STORE.code(), compare("2"));
        assertTrue(err.toString().contains("hilda baseline promote RUN"), err.toString());
        assertEquals(0, execute(new BaselineCommand(environment), "list"), err.toString());
        assertEquals(
                "no baselines yet: hilda baseline promote RUN", out.toString().strip());
        assertEquals(0, execute(new BaselineCommand(environment), "promote", "70dd"), err.toString());
        assertEquals("promoted " + PlantedRuns.id(7), out.toString().strip());
        assertEquals(ExitCode.REGRESSION.code(), compare("2"), out.toString());
        // Of another data set: told as that, and the other figures are judged.
        assertEquals(0, compare("3", "--json"), out.toString());
        assertEquals(
                "not-comparable",
                json().path("verdicts").path(1).path("verdict").asText());

        assertEquals(0, execute(new BaselineCommand(environment), "promote", "2", "--json"), err.toString());
        assertEquals(
                "{\"run_id\":\"" + PlantedRuns.id(2) + "\",\"before\":\"" + PlantedRuns.id(7) + "\"}",
                out.toString().strip());
        assertEquals(0, compare("2"), out.toString());
        assertEquals(0, execute(new BaselineCommand(environment), "list"), err.toString());
        assertTrue(out.toString().lines().toList().get(1).startsWith("20dd5cee  2026-"), out.toString());
        assertEquals(ExitCode.USAGE.code(), execute(new BaselineCommand(environment)));
    }

    @Test
    void shouldRefuseWhatIsNoRunAndNoNumber() throws Exception {
        assertEquals(ExitCode.STORE.code(), compare("7", "9"));
        assertTrue(err.toString().contains("could not compare the run 9"), err.toString());
        assertEquals(ExitCode.USAGE.code(), compare("7", "7", "--power", "1"));
        assertTrue(err.toString().contains("--power: expected a number from 0.5 to "), err.toString());
        assertEquals(ExitCode.USAGE.code(), compare("7", "7", "--significance", "0"));
        assertEquals(
                ExitCode.CONFIGURATION.code(),
                compare("7", "7", "--policy", folder.resolve("none.yaml").toString()));
        assertEquals(ExitCode.USAGE.code(), compare());
        assertEquals(ExitCode.USAGE.code(), compare("7", "7", "7"));
    }
}
