// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.board.CoreCounters.ByMemory;
import dev.hilda.agent.board.CounterSource;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.bundle.FusedLayers;
import dev.hilda.agent.bundle.Provenance;
import dev.hilda.agent.bundle.Reference;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.ConcatenationLayer;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.run.DataReading;
import dev.hilda.agent.run.NetworkTask;
import dev.hilda.agent.run.RunAims;
import dev.hilda.agent.session.AnswerListener;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ClockCheck;
import dev.hilda.agent.session.Deployment;
import dev.hilda.agent.session.LineRates;
import dev.hilda.agent.session.NetworkRun;
import dev.hilda.agent.session.OracleMemory;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.agent.session.SessionState;
import dev.hilda.profile.ProfileCatalog;
import dev.hilda.profile.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Consumer;

/** A network of two fully connected layers, 4 → 5 → 3, with firmware that does not exist and a data set for it. */
public final class SmallNetwork {
    private static final int INPUTS = 4;
    private static final int HIDDEN = 5;
    private static final int OUTPUTS = 3;

    public static final IntegerNetwork NETWORK = network(OUTPUTS);

    /** What a virtual board might have counted of both layers. */
    private static final CounterSource COUNTERS = new CounterSource() {
        @Override
        public void clear() {}

        @Override
        public Optional<CoreCounters> read() {
            return Optional.of(new CoreCounters(
                    "model-1",
                    List.of(
                            new CoreCounters.Layer(
                                    0, 1500, 1300, 400, 20, 7, new ByMemory(30, 11), new ByMemory(200, 50)),
                            new CoreCounters.Layer(
                                    1, 900, 1200, 600, 10, 3, new ByMemory(12, 5), new ByMemory(90, 30)))));
        }
    };

    public static final Deployment DEPLOYMENT = deployment(NETWORK);

    /** Of {@link #result}. */
    public static final RunIdentity IDENTITY = new RunIdentity(
            "70dd5cee-4474-4abc-a29c-73043f32510c",
            Instant.parse("2026-01-02T03:04:05.678901Z"),
            "bench",
            "virtual-nucleo-h743zi",
            "VIRT1",
            Timing.ESTIMATED);

    public static final BenchSetup SETUP = new BenchSetup(
            "here", "9.8.7", "0123abc", "OpenOCD 9", "STLINK-V3", "V3J1", "0x450", "V", "hse_bypass", 923076);

    private static final Flasher FLASHER =
            (image, progress) -> new Flasher.Report(image.sizeBytes(), 3, Duration.ofMillis(5));

    private SmallNetwork() {}

    /** A network with its firmware, without probes. */
    public static Deployment deployment(IntegerNetwork network) {
        return deployment(network, new Reference(List.of()));
    }

    /** A network with its firmware and probes. */
    public static Deployment deployment(IntegerNetwork network, Reference reference) {
        return new Deployment(
                network,
                "5a".repeat(32),
                new FirmwareImage(
                        "small.elf",
                        Bytes.of(new byte[] {1}),
                        List.of(new FirmwareImage.Segment(
                                new AddressRange(0x08000000, 1000), Bytes.of(new byte[1000]))),
                        0x08000009),
                reference,
                new Provenance(
                        "small.tflite",
                        "c0".repeat(32),
                        "9.8.7",
                        1,
                        "gcc of the test",
                        List.of("-O2"),
                        List.of("--ram-budget=99"),
                        "virtual-nucleo-h743zi",
                        "STM32H743ZIT6"),
                List.of(),
                OptionalDouble.empty(),
                "b1".repeat(32));
    }

    /** The network on a board: right, 100 and 200 cycles for the first image, 64 bytes of arena, 48 of them used. */
    public static FakeNetwork onBoard() {
        return onBoard(NETWORK);
    }

    /** Another network on a board. */
    public static FakeNetwork onBoard(IntegerNetwork network) {
        int outputs = network.answerElements();
        return new FakeNetwork(
                new NetworkAnswer(network.inputBytes(), outputs, 2, 64, 48), Oracle.of(network)::run, 100, 200);
    }

    /** What a board with it says. */
    public static Hello hello() {
        Hello network = Hellos.with(FakeBoard.defaultHello(), "firmwareKind", "NETWORK");
        return Hellos.with(network, "modelHash", DEPLOYMENT.modelHash());
    }

    /** A run on a board in memory. */
    public static NetworkRun run(FakeNetwork network, DataSet images) throws InterruptedException {
        return run(network, DEPLOYMENT, images, state -> {});
    }

    /** A run on a board in memory whose states are heard. */
    public static NetworkRun run(
            FakeNetwork network, Deployment deployment, DataSet images, Consumer<SessionState> listener)
            throws InterruptedException {
        NetworkRun run = new NetworkRun(
                session(network, deployment, listener),
                "fake",
                Progress.SILENT,
                AnswerListener.SILENT,
                LineRates.FASTEST,
                CounterSource.NONE,
                ClockCheck.of(Timing.ESTIMATED, Clock.SYSTEM),
                OracleMemory.NONE);
        run.run(FLASHER, deployment, images);
        return run;
    }

    private static BoardSession session(FakeNetwork network, Deployment deployment, Consumer<SessionState> listener) {
        return new BoardSession(
                new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi"),
                deployment.expected(),
                "fake",
                FakeBoard.withNetwork(hello(), network).link(),
                new Random(1)::nextInt,
                Clock.SYSTEM,
                SessionPatience.STANDARD,
                listener);
    }

    /** The result of a run on a board in memory that came to its end. */
    public static RunResult result(FakeNetwork network, DataSet images) throws InterruptedException {
        return result(network, images, RunAims.NONE);
    }

    /** The same of a run from which more is wanted. */
    public static RunResult result(FakeNetwork network, DataSet images, RunAims aims) throws InterruptedException {
        return result(network, images, aims, DEPLOYMENT);
    }

    /** The same with both layers fused. */
    public static RunResult fused(DataSet images, FusedLayers fused) throws InterruptedException {
        Deployment deployment = new Deployment(
                NETWORK,
                DEPLOYMENT.modelHash(),
                DEPLOYMENT.image(),
                DEPLOYMENT.reference(),
                DEPLOYMENT.provenance(),
                List.of(fused),
                DEPLOYMENT.calibratedClipping(),
                DEPLOYMENT.bundleSha256());
        return result(onBoard(), images, RunAims.NONE, deployment);
    }

    private static RunResult result(FakeNetwork network, DataSet images, RunAims aims, Deployment deployment)
            throws InterruptedException {
        NetworkTask task = new NetworkTask(
                deployment, DataReading.of(images, NETWORK.inputTensors()), aims, LineRates.FASTEST, COUNTERS);
        Optional<BenchFailure> verdict =
                task.run(session(network, deployment, state -> {}), FLASHER, "fake", Progress.SILENT);
        Duration duration = Duration.ofMillis(1234);
        Outcome outcome = verdict.map(failure -> Outcome.failed(
                        task.isComplete(), failure.kind().label(), String.valueOf(failure.getMessage()), duration))
                .orElseGet(() -> Outcome.passed(duration));
        return task.result(IDENTITY, outcome, SETUP);
    }

    /** Random images, labelled at random: 0 and 1 where the metric is auc. */
    public static DataSet dataSet(Path folder, int images, String metric) throws IOException {
        int classes = metric.equals("auc") ? 2 : OUTPUTS;
        Random random = new Random(5);
        byte[] pixels = new byte[images * INPUTS];
        random.nextBytes(pixels);
        byte[] labels = new byte[images];
        for (int image = 0; image < images; image++) {
            labels[image] = (byte) random.nextInt(classes);
        }
        Files.write(folder.resolve("images.bin"), pixels);
        Files.write(folder.resolve("labels.bin"), labels);
        Path yaml = Files.writeString(
                folder.resolve("dataset.yaml"),
                "name: small\nlayout: raw\ndtype: u8\nshape: [4]\ndata: images.bin\nmetric: " + metric + "\n"
                        + (metric.equals("mse") ? "" : "labels: labels.bin\n"));
        return DataSets.open(yaml);
    }

    /** The network with another number of outputs. */
    public static IntegerNetwork network(int outputs) {
        Random random = new Random(3);
        List<Tensor> tensors = List.of(
                new Tensor("input", TensorShape.vector(INPUTS), 8, 0, 1),
                new Tensor("hidden", TensorShape.vector(HIDDEN), 8, 0, 1),
                new Tensor("logits", TensorShape.vector(outputs), Tensor.INT32_BITS, 0, 1));
        ConvolutionLayer hidden = new ConvolutionLayer(
                "hidden", 0, 1, Window.of(1, 1), weights(random, HIDDEN, INPUTS), bias(HIDDEN), requantization());
        ConvolutionLayer logits = new ConvolutionLayer(
                "logits", 1, 2, Window.of(1, 1), weights(random, outputs, HIDDEN), bias(outputs), Requantization.RAW);
        return new IntegerNetwork("small", tensors, List.of(hidden, logits), 0, 2);
    }

    /** Reads three values as codes of 4 bits, then two of 8, and puts the latter before the former. */
    public static IntegerNetwork twoInputs() {
        List<Tensor> tensors = List.of(
                new Tensor("narrow", TensorShape.vector(3), 4, 8, 1),
                new Tensor("wide", TensorShape.vector(2), 8, 100, 0.5),
                new Tensor("widened", TensorShape.vector(3), 8, 100, 0.5),
                new Tensor("both", TensorShape.vector(5), 8, 100, 0.5));
        List<Layer> layers = List.of(
                new RescaleLayer("widen", 0, 2, 2, 84, 0, 0, 255),
                new ConcatenationLayer("join", List.of(1, 2), 3, Axis.CHANNEL));
        return new IntegerNetwork("two inputs", tensors, layers, List.of(0, 1), List.of(3));
    }

    /** The network that answers with its hidden layer's 5 codes, then with its 3 logits. */
    public static IntegerNetwork twoOutputs() {
        return new IntegerNetwork("small", NETWORK.tensors(), NETWORK.layers(), List.of(0), List.of(1, 2));
    }

    private static Requantization requantization() {
        return new Requantization(Ints.of(1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30), 0, 7, 0, 0, 255);
    }

    private static WeightCodes weights(Random random, int outputs, int inputs) {
        byte[] codes = new byte[outputs * inputs];
        random.nextBytes(codes);
        int[] zeroPoints = new int[outputs];
        Arrays.fill(zeroPoints, 128);
        return new WeightCodes(8, codes, zeroPoints);
    }

    private static Ints bias(int outputs) {
        return Ints.of(new int[outputs]);
    }
}
