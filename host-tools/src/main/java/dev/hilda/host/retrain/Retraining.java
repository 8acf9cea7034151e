// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.measure.Ranking;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.Divergence;
import dev.hilda.host.quantize.StepProgress;
import dev.hilda.host.tensor.Batch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Trains a quantized network to answer as the float one does, or as labels say, from its post-training state on. Passes over parts of a batch
 * run side by side; their gradients are added in one order, so that a seed gives one network, whatever the number of
 * threads.
 */
public final class Retraining {
    /** Images of a part, where they are small. */
    private static final int MOST_IMAGES = 16;

    /** Values of one part's forward pass. */
    private static final int MOST_VALUES = 1 << 24;

    private final FakeQuantizedNetwork network;
    private final Teacher teacher;
    private final TrainingImages images;
    private final RetrainOptions options;
    private final List<String> outputs;
    private final int partImages;
    private final TrainingState state;
    private Optional<Checkpoint> checkpoint = Optional.empty();

    /**
     * Checks everything before the long work.
     *
     * @param start with its float graph; that is the teacher
     * @throws dev.hilda.host.quantize.QuantizationException when the network or the data cannot be trained with
     */
    public Retraining(QuantizedGraph start, CalibrationData data, RetrainOptions options) {
        Graph graph = start.graph();
        this.network = new FakeQuantizedNetwork(start, options.quantizers());
        this.images = new TrainingImages(graph, start.activation(graph.inputs().get(0)), data);
        this.options = options;
        this.outputs = graph.outputs();
        this.teacher = switch (options.loss()) {
            case DISTILLATION -> new FloatTeacher(graph, network.features());
            case LABELS -> new LabelTeacher(graph, data, "the data");
        };
        long values = graph.values().stream()
                .mapToLong(value -> graph.shape(value).elements())
                .sum();
        this.partImages = (int) Math.max(1, Math.min(MOST_IMAGES, MOST_VALUES / values));
        this.state = new TrainingState(network.parameters());
    }

    /**
     * Goes on from a file where there is one, and keeps it up to date after every epoch.
     *
     * @param recipe digest of the network, the images and all options: what decides where training ends
     * @throws dev.hilda.host.quantize.QuantizationException when it is another training's
     */
    public Retraining withCheckpoint(Path file, String recipe) {
        Checkpoint kept = new Checkpoint(file, recipe);
        kept.read(state);
        checkpoint = Optional.of(kept);
        return this;
    }

    /**
     * What can be told of a file before the long work.
     *
     * @throws dev.hilda.host.quantize.QuantizationException when it is another training's
     */
    public static void requireOwn(Path checkpoint, String recipe) {
        new Checkpoint(checkpoint, recipe).requireOwn();
    }

    /**
     * What can be told before post-training quantization.
     *
     * @throws dev.hilda.host.quantize.QuantizationException when the network or the data cannot be trained with
     */
    public static void require(Graph canonical, DataSet images, RetrainOptions options) {
        Trainability.require(canonical);
        TrainingImages.require(canonical, images.size());
        if (options.loss() == TrainingLoss.LABELS) {
            new LabelTeacher(canonical, CalibrationData.of(images), "data set " + images.name());
        }
    }

    /** What was learned, of that epoch in the second half whose held-back images diverge least. */
    public RetrainResult run(Consumer<Epoch> epochs, StepProgress progress) {
        if (state.epoch() == 0) {
            Epoch start = judged(0, Double.NaN, 0);
            state.begin(start);
            epochs.accept(start);
        }
        while (state.epoch() < options.epochs()) {
            int epoch = state.epoch();
            long began = System.nanoTime();
            int[] order = shuffled(epoch);
            double loss = 0;
            int steps = Math.max(1, order.length / options.batch());
            for (int step = 0; step < steps; step++) {
                progress.advance("retrain", (long) epoch * steps + step, (long) options.epochs() * steps);
                int[] batch = Arrays.copyOfRange(
                        order, step * options.batch(), Math.min(order.length, (step + 1) * options.batch()));
                double done = ((double) epoch * steps + step) / ((double) options.epochs() * steps);
                loss += step(
                        batch,
                        (long) epoch * steps + step,
                        own -> options.schedule().rate(state.rateShare() * own, epoch, done));
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            double mean = loss / steps;
            Epoch told = state.withAverages(() -> judged(epoch + 1, mean, steps * options.batch() / seconds));
            if (options.schedule() == RateSchedule.PUBLISHED || !state.beginsAnew(told)) {
                state.judge(told, 2 * told.number() > options.epochs());
                checkpoint.ifPresent(kept -> kept.write(state));
            }
            epochs.accept(told);
        }
        progress.advance("retrain", 1, 1);
        state.restoreBest();
        return new RetrainResult(
                network.quantized(), judged(state.bestEpoch(), Double.NaN, 0), options.loss(), answers());
    }

    /** By index of the held-back image: the largest output. */
    private Map<Integer, Integer> answers() {
        FakeQuantizedNetwork.Snapshot snapshot = network.snapshot();
        Map<Integer, Integer> answers = new LinkedHashMap<>();
        for (int index : images.heldBack()) {
            Batch answer =
                    snapshot.run(images.plain(new int[] {index}).inputs()).value(outputs.get(0));
            answers.put(index, Ranking.first(answer.values()));
        }
        return answers;
    }

    private int[] shuffled(int epoch) {
        int[] order = images.trained();
        SplittableRandom random = new SplittableRandom(options.seed() * 1_000_003 + epoch);
        for (int index = order.length - 1; index > 0; index--) {
            int other = random.nextInt(index + 1);
            int swapped = order[index];
            order[index] = order[other];
            order[other] = swapped;
        }
        return order;
    }

    /** One change of all parameters. Returns the loss before it. */
    private double step(int[] batch, long number, DoubleUnaryOperator rate) {
        FakeQuantizedNetwork.Snapshot snapshot = network.snapshot();
        int parts = (batch.length + partImages - 1) / partImages;
        List<Part> done = IntStream.range(0, parts)
                .parallel()
                .mapToObj(part -> part(snapshot, batch, part * partImages, number))
                .toList();
        float[][] gradients = done.get(0).gradients();
        double loss = done.get(0).loss();
        for (Part part : done.subList(1, parts)) {
            loss += part.loss();
            for (int index = 0; index < gradients.length; index++) {
                FakeQuantizedNetwork.sum(gradients[index], part.gradients()[index]);
            }
        }
        state.update(gradients, rate);
        return loss;
    }

    /** What one part of a batch adds. */
    private static final class Part {
        private final double loss;
        private final float[][] gradients;

        Part(double loss, float[][] gradients) {
            this.loss = loss;
            this.gradients = gradients;
        }

        double loss() {
            return loss;
        }

        float[][] gradients() {
            return gradients;
        }
    }

    private Part part(FakeQuantizedNetwork.Snapshot snapshot, int[] batch, int first, long number) {
        int count = Math.min(partImages, batch.length - first);
        int[] own = Arrays.copyOfRange(batch, first, first + count);
        DrawnImages drawn = drawn(batch, own, first, number);
        Distillation distillation =
                new Distillation(teacher.of(drawn), outputs, teacher.temperature(), teacher.features());
        FakeQuantizedNetwork.Pass pass = snapshot.run(drawn.inputs());
        distillation.compare(pass, (double) count / batch.length);
        return new Part(distillation.loss(), pass.backward(distillation.slopes()));
    }

    private DrawnImages drawn(int[] batch, int[] own, int first, long number) {
        if (!options.isAugmented()) {
            return images.plain(own);
        }
        SplittableRandom random = new SplittableRandom((options.seed() << 32) + number * 65_536 + first);
        long[] seeds = new long[own.length];
        int[] others = new int[own.length];
        for (int index = 0; index < own.length; index++) {
            seeds[index] = random.nextLong();
            others[index] = batch[random.nextInt(batch.length)];
        }
        return images.augmented(own, seeds, others);
    }

    private Epoch judged(int number, double loss, double imagesPerSecond) {
        FakeQuantizedNetwork.Snapshot snapshot = network.snapshot();
        int[] heldBack = images.heldBack();
        List<Judgement> judgements = IntStream.range(0, (heldBack.length + partImages - 1) / partImages)
                .parallel()
                .mapToObj(part -> {
                    int first = part * partImages;
                    return judgement(
                            snapshot,
                            Arrays.copyOfRange(heldBack, first, Math.min(heldBack.length, first + partImages)));
                })
                .toList();
        double divergence =
                judgements.stream().mapToDouble(Judgement::divergence).sum() / heldBack.length;
        double agreeing = judgements.stream().mapToDouble(Judgement::agreeing).sum();
        return new Epoch(number, loss, divergence, agreeing / heldBack.length, imagesPerSecond, state.rateShare());
    }

    /** Sums over images and outputs. */
    private record Judgement(double divergence, double agreeing) {}

    private Judgement judgement(FakeQuantizedNetwork.Snapshot snapshot, int[] indices) {
        DrawnImages plain = images.plain(indices);
        Map<String, Batch> wanted = teacher.of(plain);
        FakeQuantizedNetwork.Pass pass = snapshot.run(plain.inputs());
        double divergence = 0;
        double agreeing = 0;
        for (String output : outputs) {
            Batch one = wanted.getOrDefault(output, pass.value(output));
            Batch other = pass.value(output);
            divergence += Divergence.sum(one, other, 1) * other.images() / other.pixels();
            agreeing += agreeing(one, other) / outputs.size();
        }
        return new Judgement(divergence, agreeing);
    }

    private static double agreeing(Batch one, Batch other) {
        int elements = one.shape().elements();
        int same = 0;
        for (int image = 0; image < one.images(); image++) {
            int from = image * elements;
            boolean isSame =
                    Ranking.first(one.values(), from, elements) == Ranking.first(other.values(), from, elements);
            same += isSame ? 1 : 0;
        }
        return same;
    }
}
