// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.measure.ReferenceComparison;
import dev.hilda.agent.result.Demands;
import dev.hilda.agent.result.ReferenceResult;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.run.RunAims;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class NetworkSummaryTest {
    @TempDir
    private Path folder;

    private String summary(FakeNetwork network) throws Exception {
        return summary(SmallNetwork.result(network, SmallNetwork.dataSet(folder, 20, "top1")));
    }

    private static String summary(RunResult result) {
        StringWriter printed = new StringWriter();
        CommandLine command = new CommandLine(CommandSpec.create());
        command.setOut(new PrintWriter(printed));
        RunOutput output = RunOutput.ofRun(command, false, RunResult.SCHEMA);
        new NetworkSummary(result).print(output, "board (ST-Link VIRT1)");
        return printed.toString();
    }

    @Test
    void shouldTellPeopleWhatWasFound() throws Exception {
        String text = summary(SmallNetwork.onBoard());
        assertTrue(text.startsWith("Run passed: small on board (ST-Link VIRT1)"), text);
        assertTrue(
                text.lines().anyMatch(line -> line.matches("  accuracy  [0-9.]+ % top-1 \\(\\d+ of 20\\), on small")),
                text);
        assertTrue(text.contains("20/20 images equal the oracle's"), text);
        assertTrue(text.contains("0.001 ms median (estimated), 327 cycles at 480 MHz"), text);
        assertTrue(text.lines().anyMatch(line -> line.matches(" +logits +218 +0\\.000 +66\\.7 %")), text);
        assertTrue(text.contains("1.0 KiB flash"), text);
        assertTrue(text.lines().anyMatch(line -> line.matches(" +logits +39 +1\\.54 +1 +0 +issue")), text);
        assertTrue(text.contains("at half and twice their price; silicon +0 to +20 % (model-1)"), text);
    }

    @Test
    void shouldNameTheSeedAndWhatAPictureIsTakenFor() throws Exception {
        DataSet inputs = DataSets.seeded(SmallNetwork.NETWORK.inputTensors(), 7, 1);
        String text = summary(SmallNetwork.result(
                SmallNetwork.onBoard(), inputs, RunAims.of(Demands.NONE, OptionalLong.of(7), true)));
        assertTrue(text.contains("  inputs    pseudo-random, of seed 7: latency and parity only"), text);
        assertTrue(
                text.lines().anyMatch(line -> line.matches("  picture   seeded-inputs is taken for class [012]: .*")),
                text);
        assertEquals(
                2,
                text.lines()
                        .filter(line -> line.startsWith("            then class "))
                        .count(),
                text);
        assertFalse(text.contains("accuracy"), text);
    }

    @Test
    void shouldTellHowOutputsCompareWithAReference() {
        ReferenceComparison comparison = new ReferenceComparison(2, 2, 10);
        comparison.add(new double[] {3, 1}, new double[] {4, 1});
        StringWriter printed = new StringWriter();
        CommandLine command = new CommandLine(CommandSpec.create());
        command.setOut(new PrintWriter(printed));
        new ReferenceSummary(ReferenceResult.of("outputs.npy", comparison, 2))
                .print(RunOutput.ofRun(command, false, RunResult.SCHEMA));
        assertEquals(
                List.of(
                        "  reference 100.00 % (1 of 1) have the same top-1 as in outputs.npy",
                        "            SQNR 12.3 dB; errors 0.7071 RMS, 1.000 at most",
                        "            output 0: 12.0 dB",
                        "            output 1: without error"),
                printed.toString().lines().limit(4).toList());
        assertTrue(
                printed.toString().lines().anyMatch(line -> line.matches(" +0 +0\\.7071 +1\\.000 +0 +0")),
                printed.toString());
    }

    @Test
    void shouldShowWhatIsTakenForWhat() throws Exception {
        String text = summary(SmallNetwork.onBoard());
        assertTrue(text.lines().anyMatch(line -> line.matches("  confusion LABEL +AS 0 +AS 1 +AS 2 +RIGHT")), text);
        List<String> rows = text.lines()
                .filter(line -> line.matches(" {12}[012]( +([0-9]+|\\.)){3} +[0-9.]+ %"))
                .toList();
        assertEquals(3, rows.size(), text);
        int images = rows.stream()
                .flatMap(row -> Stream.of(row.strip().split(" +")).skip(1).limit(3))
                .mapToInt(cell -> cell.equals(".") ? 0 : Integer.parseInt(cell))
                .sum();
        assertEquals(20, images, text);
    }

    @Test
    void shouldTellThatARunFailed() throws Exception {
        FakeNetwork network = SmallNetwork.onBoard();
        network.spoil(7, 0);
        String text = summary(network);
        assertTrue(text.startsWith("Run failed: small"), text);
        assertTrue(text.contains("19/20 images"), text);
    }

    @Test
    void shouldCountImagesAndTellWhenTheyAreDone() {
        long[] now = {0};
        Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return now[0];
            }

            @Override
            public Instant now() {
                return Instant.EPOCH;
            }
        };
        StringWriter err = new StringWriter();
        ProgressLines lines = new ProgressLines(new PrintWriter(err), clock);
        lines.advance("images", 0, 400);
        now[0] = Duration.ofSeconds(10).toNanos();
        lines.advance("images", 100, 400);
        now[0] = Duration.ofSeconds(40).toNanos();
        lines.advance("images", 400, 400);
        assertEquals(
                List.of("hilda: images: 100 of 400, about 30 s left", "hilda: images: 400 of 400: done in 40.0 s"),
                err.toString().lines().toList());
    }
}
