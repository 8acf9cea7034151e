// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.SelfTestResult;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.agent.verdict.JudgedRun;
import dev.hilda.agent.verdict.PlantedRuns;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code hilda report} on runs that are in a store. */
class ReportCommandTest {
    private static final int IMAGES = 20;

    @TempDir
    private Path folder;

    private Map<String, String> environment;
    private PlantedRuns runs;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void keepARun() throws IOException {
        environment = Map.of(
                "XDG_STATE_HOME", folder.resolve("state").toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString());
        runs = new PlantedRuns(folder);
    }

    private void keep(JudgedRun run) throws IOException {
        try (Store store = new BenchStore(environment).open(new PrintWriter(err))) {
            store.results(false).save(run.result(), run.images());
        }
    }

    private int report(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return FailureReport.install(new CommandLine(new ReportCommand(environment)))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** A run on drawn shapes that takes the first images for the next class, in another order than the set has them. */
    private JudgedRun confused(int wrong) {
        List<ImageOutcome> outcomes = new ArrayList<>();
        List<List<Integer>> confusion = new ArrayList<>();
        DataSets.shipped("shapes-held-out").limit(IMAGES).forEach(sample -> {
            int label = sample.label().orElseThrow();
            boolean isRight = sample.index() >= wrong;
            outcomes.add(
                    0,
                    new ImageOutcome(
                            sample.sha256(),
                            OptionalInt.of(label),
                            OptionalInt.of(isRight ? label : (label + 1) % 10),
                            Optional.of(isRight),
                            true));
            confusion.add(List.of(label, isRight ? label : (label + 1) % 10, 1));
        });
        return runs.run(outcomes, Map.of("classes", 10, "confusion", confusion, "model", "<b>small</b>"));
    }

    private Path shapes(String split) throws IOException {
        Path yaml = folder.resolve(split + ".yaml");
        Files.writeString(
                yaml,
                "name: shapes\nlayout: shapes\nsplit: " + split
                        + "\ncount: 1000\nmetric: top1\nvalues: {scale: 0.0078125, offset: -1}\n");
        return yaml;
    }

    @Test
    void shouldWriteAPageWithPicturesOfWhatWasConfused() throws Exception {
        keep(confused(5));
        Path file = folder.resolve("page.html");
        assertEquals(0, report("70dd", "--data", shapes("held_out").toString(), "-o", file.toString()), err.toString());
        assertEquals("wrote " + file, out.toString().strip());
        String page = Files.readString(file);
        assertEquals(5, page.split("src=\"data:image/png;base64,", -1).length - 1, "a picture for each confused image");
        assertTrue(page.contains("&lt;b&gt;small&lt;/b&gt; on virtual-nucleo-h743zi"), page);
        for (String expected :
                List.of("Accuracy", "Confusion", "Layers", "Memory", "Provenance", "1,000,000", "estimated")) {
            assertTrue(page.contains(expected), expected);
        }
        assertTrue(page.contains("taken for"), page);
        assertEquals(0, report("70dd", "-o", file.toString()), err.toString());
        assertFalse(Files.readString(file).contains("<img"), "without a data set there are no pictures");
    }

    @Test
    void shouldSayWhereItWroteItAsJson() throws Exception {
        keep(runs.baseline());
        Path file = folder.resolve("page.html");
        assertEquals(0, report("7", "--json", "-o", file.toString()), err.toString());
        assertEquals(
                Map.of("run_id", PlantedRuns.id(7), "report", file.toString()),
                new ObjectMapper().readValue(out.toString(), Map.class));
        // 870 of 1,000 by Wilson.
        assertTrue(Files.readString(file).contains("84.77 % to 88.94 %"), Files.readString(file));
    }

    @Test
    void shouldRefuseWhatItCannotReport() throws Exception {
        keep(confused(5));
        Path file = folder.resolve("page.html");
        assertEquals(
                ExitCode.INPUT_FILE.code(),
                report("70dd", "--data", shapes("calibration").toString(), "-o", file.toString()));
        assertTrue(err.toString().contains("0 of 5 images that the run took for something else"), err.toString());
        assertFalse(Files.exists(file));
        assertEquals(ExitCode.STORE.code(), report("9"));
        assertTrue(err.toString().contains("could not report the run 9"), err.toString());
        assertEquals(
                ExitCode.STORE.code(),
                report("70dd", "-o", folder.resolve("nowhere/page.html").toString()));
        assertTrue(err.toString().contains("could not write the report to "), err.toString());
        assertEquals(ExitCode.USAGE.code(), report());
    }

    @Test
    void shouldRefuseASelfTest() throws Exception {
        SelfTestResult selfTest = new SelfTestResult(
                SmallNetwork.IDENTITY,
                Outcome.passed(Duration.ofMillis(1234)),
                "5a".repeat(32),
                SmallNetwork.SETUP,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        try (Store store = new BenchStore(environment).open(new PrintWriter(err))) {
            store.results(false).save(selfTest, List.of());
        }
        assertEquals(ExitCode.STORE.code(), report("70dd"));
        assertTrue(err.toString().contains("expected: a run of a network"), err.toString());
        assertTrue(err.toString().contains("got: a self-test, which hilda runs 70dd5cee shows"), err.toString());
    }
}
