// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.bundle.Reference;
import dev.hilda.agent.bundle.Reference.Probe;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.measure.Classification;
import dev.hilda.agent.measure.CycleSummary;
import dev.hilda.agent.measure.Mismatch;
import dev.hilda.agent.measure.Ranking;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkRunTest {
    private static final int IMAGES = 120;

    @TempDir
    private Path folder;

    private final List<SessionState> states = new ArrayList<>();
    private DataSet dataSet;

    @BeforeEach
    void writeDataSet() throws Exception {
        dataSet = SmallNetwork.dataSet(folder, IMAGES, "top1");
    }

    private RunReport run(FakeNetwork network, DataSet images) throws InterruptedException {
        return SmallNetwork.run(network, SmallNetwork.DEPLOYMENT, images, states::add)
                .report();
    }

    private static RunReport.Answers answers(RunReport report) {
        return report.answers().orElseThrow();
    }

    private static Optional<BenchFailure> failure(RunReport report) {
        return report.end().orElseThrow().failure();
    }

    @Test
    void shouldReportWhatTheBoardComputed() throws Exception {
        RunReport report = run(SmallNetwork.onBoard(), dataSet);
        Oracle oracle = Oracle.of(SmallNetwork.NETWORK);
        long right = dataSet.stream()
                .filter(sample -> Ranking.first(oracle.run(sample.codes(SmallNetwork.NETWORK.inputTensors())))
                        == sample.label().getAsInt())
                .count();
        Classification classification =
                answers(report).accuracy().classification().orElseThrow();
        assertEquals(IMAGES, classification.images());
        assertEquals(right, classification.top1());
        assertTrue(right > 0 && right < IMAGES, right + " right");
        assertEquals(IMAGES, answers(report).parity().matched());
        assertEquals(new CycleSummary(300, 477, 639, 654, 657), answers(report).inference());
        assertEquals(
                new CycleSummary(1300, 1536, 1752, 1772, 1776), answers(report).elapsed());
        assertEquals(
                List.of(new RunReport.LayerMedian("hidden", 159), new RunReport.LayerMedian("logits", 318)),
                answers(report).layers());
        assertEquals(IMAGES - 1 - IMAGES / 2, answers(report).wire().intervals());
        assertTrue(answers(report).wire().boardCycles()
                >= 300L * answers(report).wire().intervals());
        assertEquals(24 + 4 * (2 + 3), answers(report).wire().answerBytes());
        assertTrue(failure(report).isEmpty());
        assertEquals(new SessionState.Done(), states.get(states.size() - 1));
    }

    @Test
    void shouldRankByTheDifferenceOfTwoOutputs() throws Exception {
        IntegerNetwork detector = SmallNetwork.network(2);
        DataSet sounds = SmallNetwork.dataSet(folder, IMAGES, "auc");
        RunReport report = SmallNetwork.run(
                        SmallNetwork.onBoard(detector), SmallNetwork.deployment(detector), sounds, states::add)
                .report();
        Oracle oracle = Oracle.of(detector);
        List<Integer> normal = new ArrayList<>();
        List<Integer> anomalous = new ArrayList<>();
        for (Sample sound : sounds) {
            int[] outputs = oracle.run(sound.codes(detector.inputTensors()));
            (sound.label().getAsInt() == 1 ? anomalous : normal).add(outputs[1] - outputs[0]);
        }
        double ordered = 0;
        for (int one : anomalous) {
            for (int other : normal) {
                ordered += one > other ? 1 : one == other ? 0.5 : 0;
            }
        }
        double area = answers(report).accuracy().auc().orElseThrow();
        assertEquals(ordered / anomalous.size() / normal.size(), area, 1e-12);
        assertTrue(area > 0.2 && area < 0.8 && area != 0.5, "labels drawn at random: " + area);
        assertEquals(Metric.AUC, answers(report).accuracy().metric());
    }

    @Test
    void shouldJudgeTheOutputThatTheSetNamesAndCompareAll() throws Exception {
        IntegerNetwork two = SmallNetwork.twoOutputs();
        DataSet named = named("logits");
        Accuracy one = answers(run(SmallNetwork.onBoard(), dataSet)).accuracy();
        RunReport report = runOfTwo(SmallNetwork.onBoard(two), named);
        assertEquals(one, answers(report).accuracy());
        assertEquals(IMAGES, answers(report).parity().matched());
        assertNotEquals(
                one, answers(runOfTwo(SmallNetwork.onBoard(two), dataSet)).accuracy());
        Oracle oracle = Oracle.of(two);
        for (int wrong = 0; wrong < two.answerElements(); wrong++) {
            int element = wrong;
            FakeNetwork board = new FakeNetwork(
                    new NetworkAnswer(4, 8, 2, 64, 48),
                    packed -> {
                        int[] outputs = oracle.run(packed);
                        outputs[element]++;
                        return outputs;
                    },
                    100,
                    200);
            assertEquals(
                    FailureKind.PARITY,
                    failure(runOfTwo(board, named)).orElseThrow().kind());
        }
    }

    @Test
    void shouldListTheOutputsWhereTheSetNamesNone() throws Exception {
        DataSet misspelt = named("logit");
        DataSetException failure = assertThrows(
                DataSetException.class, () -> runOfTwo(SmallNetwork.onBoard(SmallNetwork.twoOutputs()), misspelt));
        assertEquals("key output", failure.subject());
        assertEquals(
                "one of the network's outputs: hidden, logits",
                failure.expected().orElseThrow());
    }

    private DataSet named(String output) throws IOException {
        Path yaml = folder.resolve("dataset.yaml");
        Path other = folder.resolve("named.yaml");
        return DataSets.open(Files.writeString(other, Files.readString(yaml) + "output: " + output + "\n"));
    }

    private RunReport runOfTwo(FakeNetwork board, DataSet images) throws InterruptedException {
        return SmallNetwork.run(board, SmallNetwork.deployment(SmallNetwork.twoOutputs()), images, states::add)
                .report();
    }

    @Test
    void shouldRefuseLabelsThatAreNoOutputs() throws Exception {
        IntegerNetwork detector = SmallNetwork.network(2);
        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> SmallNetwork.run(
                        SmallNetwork.onBoard(detector), SmallNetwork.deployment(detector), dataSet, states::add));
        assertEquals(FailureKind.DATASET, failure.kind());
        assertEquals("label 2", failure.actual().orElseThrow());
        assertEquals(List.of(), states, "nothing is flashed for a run that cannot be judged");
    }

    @Test
    void shouldRefuseToRankASingleOutput() throws Exception {
        IntegerNetwork scorer = SmallNetwork.network(1);
        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> SmallNetwork.run(
                        SmallNetwork.onBoard(scorer), SmallNetwork.deployment(scorer), dataSet, states::add));
        assertEquals(FailureKind.DATASET, failure.kind());
        assertEquals(
                "at least two outputs for the metric top1", failure.expected().orElseThrow());
        assertEquals("1 output", failure.actual().orElseThrow());
        DataSet sounds = SmallNetwork.dataSet(folder, IMAGES, "auc");
        RunReport report = SmallNetwork.run(
                        SmallNetwork.onBoard(scorer), SmallNetwork.deployment(scorer), sounds, states::add)
                .report();
        assertTrue(answers(report).accuracy().auc().isPresent(), "one output is a score");
    }

    @Test
    void shouldFailWhenOneOutputOfOneImageIsWrong() throws Exception {
        FakeNetwork network = SmallNetwork.onBoard();
        network.spoil(77, 2);
        RunReport report = run(network, dataSet);
        BenchFailure failure = failure(report).orElseThrow();
        assertEquals(FailureKind.PARITY, failure.kind());
        Mismatch mismatch = answers(report).parity().mismatches().get(0);
        assertEquals(new Mismatch(77, 2, mismatch.expected(), mismatch.expected() + 1), mismatch);
        assertEquals(
                mismatch.expected() + " as output 2 of image 77",
                failure.expected().orElseThrow());
        assertEquals(
                mismatch.actual() + "; 1 of 120 images differ", failure.actual().orElseThrow());
        assertEquals(new SessionState.Failed(FailureKind.PARITY), states.get(states.size() - 1));
    }

    @Test
    void shouldAskTheBoardForAProbeFirst() throws Exception {
        Deployment probed = SmallNetwork.deployment(SmallNetwork.NETWORK, Reference.draw(SmallNetwork.NETWORK, 1, 4));
        RunReport report = SmallNetwork.run(SmallNetwork.onBoard(), probed, dataSet, states::add)
                .report();
        assertTrue(failure(report).isEmpty());
        assertEquals(IMAGES, answers(report).parity().images(), "the probe is none of the images");
        assertEquals(IMAGES - 1 - IMAGES / 2, answers(report).wire().intervals(), "nor is it on the wire's account");
        states.clear();
        FakeNetwork wrong = SmallNetwork.onBoard();
        wrong.spoil(0, 1);
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> SmallNetwork.run(wrong, probed, dataSet, states::add));
        assertEquals(FailureKind.PARITY, failure.kind());
        assertEquals("get the bundle's outputs from the board", failure.attempted());
        assertTrue(failure.expected().orElseThrow().endsWith(" as output 1 of probe 0"), failure.getMessage());
        assertEquals(new SessionState.Failed(FailureKind.PARITY), states.get(states.size() - 1));
    }

    @Test
    void shouldNotFlashWhereTheOracleIsAnother() {
        List<Probe> probes =
                new ArrayList<>(Reference.draw(SmallNetwork.NETWORK, 1, 4).probes());
        int[] outputs = probes.get(3).output().toArray();
        outputs[2]++;
        probes.set(3, new Probe(probes.get(3).input(), Ints.of(outputs)));
        Deployment foreign = SmallNetwork.deployment(SmallNetwork.NETWORK, new Reference(probes));
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> SmallNetwork.run(SmallNetwork.onBoard(), foreign, dataSet, states::add));
        assertEquals(FailureKind.PARITY, failure.kind());
        assertEquals(outputs[2] + " as output 2 of probe 3", failure.expected().orElseThrow());
        assertTrue(failure.board().isEmpty(), "no board was asked");
        assertEquals(List.of(), states);
    }

    @Test
    void shouldKeepWhatWasMeasuredBeforeAnImageThatCannotBeRead() throws Exception {
        truncate(50);
        RunReport report = run(SmallNetwork.onBoard(), dataSet);
        BenchFailure failure = failure(report).orElseThrow();
        assertEquals(FailureKind.DATASET, failure.kind());
        assertEquals("read image 50 of small", failure.attempted());
        assertEquals("204 bytes", failure.expected().orElseThrow());
        assertTrue(failure.actual().orElseThrow().endsWith("images.bin, data file: 202 bytes"), failure.getMessage());
        assertEquals(50, answers(report).parity().images());
        assertEquals(50, answers(report).parity().matched());
        assertEquals(
                50, answers(report).accuracy().classification().orElseThrow().images());
        assertEquals(new SessionState.Failed(FailureKind.DATASET), states.get(states.size() - 1));
    }

    @Test
    void shouldTellOfAnImageThatCannotBeReadBesideOnesThatDiffer() throws Exception {
        truncate(50);
        FakeNetwork network = SmallNetwork.onBoard();
        network.spoil(7, 2);
        BenchFailure failure = failure(run(network, dataSet)).orElseThrow();
        assertEquals(FailureKind.PARITY, failure.kind());
        String actual = failure.actual().orElseThrow();
        assertTrue(
                actual.contains("; 1 of 50 images differ; then no more: could not read image 50 of small: "), actual);
        assertTrue(actual.endsWith("images.bin, data file: 202 bytes"), actual);
    }

    @Test
    void shouldFailWhenNoImageCanBeRead() throws Exception {
        truncate(0);
        BenchFailure failure = assertThrows(BenchFailure.class, () -> run(SmallNetwork.onBoard(), dataSet));
        assertEquals(FailureKind.DATASET, failure.kind());
        assertEquals("read image 0 of small", failure.attempted());
        assertEquals(new SessionState.Failed(FailureKind.DATASET), states.get(states.size() - 1));
    }

    /** Leaves so many images and half of the next. */
    private void truncate(int images) throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve("images.bin"), StandardOpenOption.WRITE)) {
            file.truncate(4L * images + 2);
        }
    }

    @Test
    void shouldRefuseFirmwareOfAnotherNetwork() {
        FakeNetwork network = new FakeNetwork(new NetworkAnswer(4, 3, 3, 64, 64), image -> new int[3], 1, 2, 3);
        BenchFailure failure = assertThrows(BenchFailure.class, () -> run(network, dataSet));
        assertEquals(FailureKind.BUNDLE, failure.kind());
        assertEquals(
                "firmware with images of 4 bytes, 3 layers, 3 outputs",
                failure.actual().orElseThrow());
        assertEquals(new SessionState.Failed(FailureKind.BUNDLE), states.get(states.size() - 1));
    }

    @Test
    void shouldRefuseADataSetThatDoesNotFit() throws Exception {
        DataSet autoencoder = SmallNetwork.dataSet(folder, IMAGES, "mse");
        BenchFailure failure = assertThrows(BenchFailure.class, () -> run(SmallNetwork.onBoard(), autoencoder));
        assertEquals(FailureKind.DATASET, failure.kind());
        assertEquals("3 outputs for 4 inputs", failure.actual().orElseThrow());
        assertEquals(List.of(), states, "nothing is flashed for a run that cannot be judged");
    }
}
