// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
    private static final DataSet HELD_OUT = DataSets.shipped("shapes-held-out").limit(24);
    private static final DataSet CALIBRATION =
            DataSets.shipped("shapes-calibration").limit(16);

    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();

    @Test
    void shouldComputeEachVariantAtEachBits() throws Exception {
        SweepTable table = sweep(request(true, List.of(QuantizationVariant.values()), "1"));
        assertEquals(
                List.of(
                        "float float",
                        "PL_FB W8A8",
                        "PL_FB W4A4",
                        "PL_ICN W8A8",
                        "PL_ICN W4A4",
                        "MIX_PL W8A8",
                        "MIX_PL W4A4",
                        "PC_ICN W8A8",
                        "PC_ICN W4A4",
                        "PC_THRESHOLDS W8A8",
                        "PC_THRESHOLDS W4A4"),
                table.rows().stream()
                        .map(row -> row.variant() + " " + row.bits())
                        .toList());
        // 4×4×3×8 + 3×3×8×8 weights and 8 outputs' classifier; the published formula of two layers and the last.
        SweepRow thresholds = table.rows().get(9);
        long weights = weights(network(true));
        assertEquals(
                weights + 2 * (1 + 8 + 2 * 8 * 256) + 7 * 6 + 4,
                thresholds.footprint().orElseThrow().roBytes());
        assertEquals(24, thresholds.images());
        long ofFour = table.rows().get(8).footprint().orElseThrow().estimatedCycles();
        long ofEight = table.rows().get(7).footprint().orElseThrow().estimatedCycles();
        assertTrue(ofFour > 0 && ofFour != ofEight, ofFour + " and " + ofEight);
        assertTrue(table.rows().stream().noneMatch(SweepRow::isRefused), table::toString);
    }

    /** Without normalization both have the same codes. */
    @Test
    void shouldMakeOneRowOfPerLayerVariantsWhereNothingIsNormalized() throws Exception {
        SweepTable table = sweep(request(
                false,
                List.of(QuantizationVariant.PL_FB, QuantizationVariant.PL_ICN, QuantizationVariant.PC_ICN),
                "1"));
        assertEquals(
                List.of("float", "PL_FB = PL_ICN", "PL_FB = PL_ICN", "PC_ICN", "PC_ICN"),
                table.rows().stream().map(SweepRow::variant).toList());
        SweepTable alone = sweep(request(false, List.of(QuantizationVariant.PL_ICN), "1"));
        assertEquals(table.rows().get(2).right(), alone.rows().get(2).right());
        assertFalse(table.hasNormalization());
        assertTrue(SweepPage.html(table).contains("are one row"));
    }

    @Test
    void shouldGoOnWhereItWasStopped() throws Exception {
        SweepRequest request = request(true, List.of(QuantizationVariant.PC_ICN), "1");
        SweepTable first = sweep(request);
        Path damaged = rows().get(1);
        Files.writeString(damaged, Files.readString(damaged).replaceFirst("\"right\":\"[01]", "\"right\":\"2"));
        Files.writeString(rows().get(2), "{");
        lines.clear();
        assertEquals(first, sweep(request));
        assertEquals(
                1,
                lines.stream().filter(line -> line.contains("kept from before")).count(),
                lines::toString);
        lines.clear();
        assertEquals(first, sweep(request));
        assertEquals(
                3,
                lines.stream().filter(line -> line.contains("kept from before")).count(),
                lines::toString);
    }

    @Test
    void shouldAddARetrainedRowForEachSeed() throws Exception {
        SweepRequest request = request(true, List.of(QuantizationVariant.PC_ICN), "1");
        SweepTable table = sweep(new SweepRequest(
                request.model(),
                request.logits(),
                request.data(),
                DataSets.shipped("shapes-calibration").limit(24),
                request.ranges(),
                request.variants(),
                List.of(SweepBits.W2A4),
                Treatment.withRetraining(2, 2, true),
                request.version()));
        assertEquals(
                List.of("-", "post-training", "retrained 2 epochs, seed 1", "retrained 2 epochs, seed 2"),
                table.rows().stream().map(SweepRow::treatment).toList());
        assertTrue(table.rows().stream().noneMatch(SweepRow::isRefused), table::toString);
    }

    /** Both fit, and losses are those of the answers from the 8-bit network's. */
    @Test
    void shouldCompareTheBitsOfASearchWithTheRules() throws Exception {
        SweepRequest request = request(true, List.of(QuantizationVariant.PC_ICN), "1");
        long weights = weights(network(true));
        List<BitGoal> goals = new ArrayList<>(BudgetGoal.compared(
                List.of(Budget.paper(weights * 3 / 4 + 300, 1 << 20), Budget.paper(1 << 20, 1 << 20))));
        SweepRequest compared = new SweepRequest(
                request.model(),
                request.logits(),
                request.data(),
                request.calibration(),
                request.ranges(),
                request.variants(),
                goals,
                request.treatments(),
                request.version());
        SweepTable table = sweep(compared);
        List<SweepRow> rows = table.rows();
        assertEquals(5, rows.size());
        assertTrue(rows.get(1).footprint().orElseThrow().roBytes() <= weights * 3 / 4 + 300, rows::toString);
        assertTrue(rows.get(2).footprint().orElseThrow().roBytes() <= weights * 3 / 4 + 300, rows::toString);
        assertTrue(rows.get(1).budgeted().orElseThrow().meanDivergence() > 0, rows::toString);
        // With room for everything at 8 bits a network is its own reference.
        assertEquals(0, rows.get(3).budgeted().orElseThrow().meanDivergence(), 0);
        List<SearchComparison> pairs = table.comparisons();
        assertEquals(2, pairs.size());
        assertEquals(rows.get(2), pairs.get(0).search());
        assertFalse(pairs.get(1).hasOtherBits());
        assertEquals(table, sweep(compared));
        assertTrue(lines.get(lines.size() - 1).contains("kept from before"), lines::toString);
    }

    /** A row of another program, or of other calibration data, is another row. */
    @Test
    void shouldTakeNoRowOfOtherInputs() throws Exception {
        SweepRequest request = request(true, List.of(QuantizationVariant.PC_ICN), "1");
        sweep(request);
        sweep(request(true, List.of(QuantizationVariant.PC_ICN), "2"));
        assertEquals(0, lines.stream().filter(line -> line.contains("kept")).count(), lines::toString);
        assertEquals(6, rows().size());
        sweep(new SweepRequest(
                request.model(),
                request.logits(),
                request.data(),
                CALIBRATION.limit(15),
                request.ranges(),
                request.variants(),
                request.goals(),
                request.treatments(),
                request.version()));
        assertEquals(0, lines.stream().filter(line -> line.contains("kept")).count(), lines::toString);
    }

    @Test
    void shouldEndWhenInterruptedAndKeepWhatIsDone() throws Exception {
        SweepRequest request = request(true, List.of(QuantizationVariant.PC_ICN), "1");
        Sweep stopped = new Sweep(
                request,
                folder,
                (step, done, total) -> {
                    if (step.equals("quantize")) {
                        Thread.currentThread().interrupt();
                    }
                },
                lines::add);
        assertThrows(InterruptedException.class, stopped::run);
        assertEquals(1, rows().size());
        assertEquals(3, sweep(request).rows().size());
    }

    @Test
    void shouldWriteWhatItFound() throws Exception {
        SweepTable table = new SweepTable(
                "a<b",
                "c",
                true,
                List.of(
                        reference("1110"),
                        row("PL_FB", "1000", 100, 50),
                        row("PC_ICN", "1110", 120, 50),
                        row("PC_THRESHOLDS", "1110", 150, 50),
                        new SweepRow(
                                "PL_ICN",
                                "W2A2",
                                "post-training",
                                "",
                                Optional.empty(),
                                Optional.of("no \"room\""),
                                Optional.empty())));
        SweepFiles.write(table, folder);
        String csv = Files.readString(folder.resolve("sweep.csv"));
        assertTrue(
                csv.contains(
                        "PC_ICN,W4A4,post-training,4,3,0.7500,0.3006,0.9544,0.0000,0.0000,0.0000,120,9,50,7,true,,\n"),
                csv);
        assertTrue(csv.contains(",150,9,50,7,false,,\n"), csv);
        assertTrue(csv.contains("PL_ICN,W2A2,post-training,,,,,,,,,,,,,,,\"no \"\"room\"\"\"\n"), csv);
        int columns = csv.lines().findFirst().orElseThrow().split(",", -1).length;
        csv.lines().forEach(line -> assertEquals(columns, line.split(",", -1).length, line));
        String json = Files.readString(folder.resolve("sweep.json"));
        assertTrue(json.contains("\"treatment\":\"post-training\",\"refusal\":\"no \\\"room\\\"\""), json);
        String html = Files.readString(folder.resolve("sweep.html"));
        assertTrue(html.contains("a&lt;b") && html.contains("<svg") && html.contains("refused: no &quot;room"), html);
        assertFalse(html.contains("http") || html.contains("src="), html);
    }

    private static SweepRow reference(String right) {
        return new SweepRow("float", "float", "-", right, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static SweepRow row(String variant, String right, long roBytes, long arenaBytes) {
        return new SweepRow(
                variant,
                "W4A4",
                "post-training",
                right,
                Optional.of(new SweepRow.Footprint(roBytes, 9, arenaBytes, 7)),
                Optional.empty(),
                Optional.empty());
    }

    private SweepTable sweep(SweepRequest request) throws InterruptedException {
        return new Sweep(request, folder, (step, done, total) -> {}, lines::add).run();
    }

    private List<Path> rows() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("rows"))) {
            return files.sorted().toList();
        }
    }

    private static SweepRequest request(boolean normalized, List<QuantizationVariant> variants, String version) {
        return new SweepRequest(
                "model",
                network(normalized),
                HELD_OUT,
                CALIBRATION,
                CalibrationMethod.MIN_MAX,
                variants,
                List.of(SweepBits.W8A8, SweepBits.W4A4),
                List.of(Treatment.POST_TRAINING),
                version);
    }

    private static long weights(Graph graph) {
        return graph.weightedNodes().stream()
                .mapToLong(node ->
                        node.operator().weighted().orElseThrow().weights().size())
                .sum();
    }

    /** Two convolutions and a classifier of random weights. */
    private static Graph network(boolean normalized) {
        Random random = new Random(3);
        TensorShape input = HELD_OUT.shape();
        List<Node> nodes = List.of(
                node("first", convolution(random, 8, 4, input.channels(), 4, normalized), "image"),
                node("second", convolution(random, 8, 3, 8, 4, normalized), "first"),
                node("last", convolution(random, 6, input.height() / 16, 8, 1, false), "second"));
        return new Graph("small", "image", input, nodes, "last");
    }

    private static Node node(String name, Operator operator, String input) {
        return new Node(name, operator, List.of(input), name);
    }

    private static Operator convolution(
            Random random, int outputs, int kernel, int inputs, int stride, boolean normalized) {
        float[] gain = new float[outputs];
        float[] offset = new float[outputs];
        for (int channel = 0; channel < outputs; channel++) {
            gain[channel] = (float) Math.pow(20, random.nextDouble() - 0.5) * (random.nextInt(4) == 0 ? -1 : 1);
            offset[channel] = (float) random.nextGaussian() * 0.1f;
        }
        float[] weights = new float[outputs * kernel * kernel * inputs];
        for (int index = 0; index < weights.length; index++) {
            weights[index] = (float) (random.nextGaussian() / Math.sqrt(kernel * kernel * inputs));
        }
        Window window = new Window(kernel, kernel, stride, stride, 1, 1, 0, 0, 0, 0);
        return new Operator.Convolution(
                window,
                new FloatTensor(List.of(outputs, kernel, kernel, inputs), weights),
                FloatTensor.vector(new float[outputs]),
                normalized
                        ? Optional.of(new ChannelNormalization(FloatTensor.vector(gain), FloatTensor.vector(offset)))
                        : Optional.empty(),
                stride == 1 ? Activation.NONE : Activation.RELU);
    }
}
