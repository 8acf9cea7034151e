// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.WeightQuantization;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizationException;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import dev.hilda.host.quantize.SmallNetwork;
import dev.hilda.host.quantize.SmoothImages;
import dev.hilda.host.quantize.WeightRounding;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a network with a residual, a depthwise layer, pooling and gains of both signs. */
class RetrainingTest {
    private static final RetrainOptions FEW = new RetrainOptions(6, 16, 3, true);

    /** Leaves much to be learned. */
    private static final QuantizeOptions ROUGH =
            QuantizeOptions.DEFAULT.withRounding(WeightRounding.NEAREST).withBiasCorrection(false);

    private final CalibrationData images = new SmoothImages(new Random(5), 120);
    private final QuantizedGraph start = start(ROUGH);

    @TempDir
    private Path folder;

    private QuantizedGraph start(QuantizeOptions options) {
        return start(new SmallNetwork(new Random(11)).network(), options);
    }

    private QuantizedGraph start(Graph network, QuantizeOptions options) {
        Graph graph = Logits.of(Canonical.of(network));
        Map<String, Integer> activations = new HashMap<>();
        graph.values().forEach(value -> activations.put(value, graph.isInput(value) ? 8 : 4));
        Map<String, Integer> weights = new HashMap<>();
        graph.weightedNodes().forEach(node -> weights.put(node.name(), 2));
        return Quantizer.quantize(graph, images, activations, weights, options, (step, done, total) -> {})
                .graph();
    }

    @Test
    void shouldComeNearerToTheFloatNetwork() {
        List<Epoch> epochs = new ArrayList<>();
        RetrainResult result = new Retraining(start, images, new RetrainOptions(30, 16, 3, false))
                .run(epochs::add, (step, done, total) -> {});
        assertEquals(31, epochs.size());
        double before = epochs.get(0).divergence();
        assertTrue(result.best().divergence() < 0.6 * before, before + " then " + result.best());
        assertEquals(12, result.answers().size());
    }

    /** Rates of biases are of their mean magnitude, and one channel that never answers makes that large. */
    @Test
    void shouldBeginAnewAtLowerRatesWhereTheFirstEpochLeadsAway() {
        QuantizedGraph dead = start(withDeadChannel(new SmallNetwork(new Random(11)).network()), ROUGH);
        List<Epoch> epochs = new ArrayList<>();
        RetrainResult result = new Retraining(dead, images, FEW).run(epochs::add, (step, done, total) -> {});
        List<Epoch> first = epochs.stream().filter(epoch -> epoch.number() == 1).toList();
        assertTrue(first.size() > 1, epochs::toString);
        assertEquals(FEW.epochs() + first.size(), epochs.size(), epochs::toString);
        double led = first.get(0).divergence();
        assertTrue(led > epochs.get(0).divergence() + 0.2, epochs::toString);
        assertTrue(result.best().divergence() < 0.5 * led, epochs::toString);
        assertEquals(Math.pow(0.1, first.size() - 1), result.best().rateShare(), 1e-9);
    }

    private static Graph withDeadChannel(Graph network) {
        Node first = network.nodes().get(0);
        Operator.Weighted weighted = first.operator().weighted().orElseThrow();
        float[] bias = weighted.bias().toArray();
        bias[1] = -20_000;
        Operator changed =
                weighted.with(weighted.weights(), FloatTensor.vector(bias), weighted.normalization(), Activation.RELU);
        List<Node> nodes = new ArrayList<>(network.nodes());
        nodes.set(0, new Node(first.name(), changed, first.inputs(), first.output()));
        return new Graph(network.name(), network.input(), network.inputShape(), nodes, network.output());
    }

    /** Here every image is of the class that the float network ranks second. */
    @Test
    void shouldLearnLabels() {
        FloatExecutor executor = new FloatExecutor(start.graph());
        CalibrationData labelled = new Labelled(images, index -> {
            Batch image = new Batch(SmallNetwork.INPUT, 1, images.image(index));
            return second(executor.run(image, (value, activations) -> {}).values());
        });
        List<Epoch> epochs = new ArrayList<>();
        RetrainResult result = new Retraining(
                        start, labelled, new RetrainOptions(20, 16, 3, true).with(TrainingLoss.LABELS))
                .run(epochs::add, (step, done, total) -> {});
        Epoch before = epochs.get(0);
        assertTrue(before.agreement() < 0.5, before::toString);
        assertTrue(result.best().agreement() > 0.8, result.best()::toString);
        assertTrue(result.best().divergence() < 0.5 * before.divergence(), before + " then " + result.best());
        assertEquals(TrainingLoss.LABELS, result.loss());
    }

    private static int second(float[] outputs) {
        return IntStream.range(0, outputs.length)
                .boxed()
                .sorted(Comparator.comparingDouble(index -> -outputs[index]))
                .toList()
                .get(1);
    }

    private record Labelled(CalibrationData images, IntUnaryOperator labels) implements CalibrationData {
        @Override
        public int size() {
            return images.size();
        }

        @Override
        public float[] image(int index) {
            return images.image(index);
        }

        @Override
        public OptionalInt label(int index) {
            return OptionalInt.of(labels.applyAsInt(index));
        }

        @Override
        public Optional<ActivationQuantization> stored(int input) {
            return images.stored(input);
        }
    }

    @Test
    void shouldKeepThresholds() {
        QuantizedGraph byThresholds = start(ROUGH.withVariant(QuantizationVariant.PC_THRESHOLDS));
        QuantizedGraph learned = new Retraining(byThresholds, images, FEW)
                .run(epoch -> {}, (step, done, total) -> {})
                .graph();
        byThresholds
                .graph()
                .weightedNodes()
                .forEach(node -> assertEquals(
                        byThresholds.weights(node).hasThresholds(),
                        learned.weights(node).hasThresholds(),
                        node.name()));
        assertTrue(learned.weights().values().stream().anyMatch(WeightQuantization::hasThresholds));
    }

    @Test
    void shouldEndAlikeAfterAnInterruption() {
        QuantizedGraph whole = new Retraining(start, images, FEW)
                .run(epoch -> {}, (step, done, total) -> {})
                .graph();
        Path file = folder.resolve("training");
        Retraining interrupted = new Retraining(start, images, FEW).withCheckpoint(file, "recipe");
        assertThrows(
                CancellationException.class,
                () -> interrupted.run(epoch -> {}, (step, done, total) -> {
                    if (done > total / 2) {
                        throw new CancellationException();
                    }
                }));
        List<Epoch> epochs = new ArrayList<>();
        QuantizedGraph resumed = new Retraining(start, images, FEW)
                .withCheckpoint(file, "recipe")
                .run(epochs::add, (step, done, total) -> {})
                .graph();
        assertTrue(epochs.size() < FEW.epochs(), epochs::toString);
        assertEquals(whole.weights(), resumed.weights());
        assertEquals(whole.activations(), resumed.activations());
        assertNotEquals(start.weights(), whole.weights());
    }

    /** In every bit of the state, which shows another order of sums sooner than codes do. */
    @Test
    void shouldEndAlikeOnAnyNumberOfThreads() throws Exception {
        QuantizedGraph one = onThreads(1, folder.resolve("one"));
        QuantizedGraph three = onThreads(3, folder.resolve("three"));
        assertEquals(-1, Files.mismatch(folder.resolve("one"), folder.resolve("three")));
        assertEquals(one.weights(), three.weights());
        assertEquals(one.activations(), three.activations());
    }

    private QuantizedGraph onThreads(int threads, Path checkpoint) throws Exception {
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            return pool.submit(() -> new Retraining(start, images, new RetrainOptions(4, 54, 3, true))
                            .withCheckpoint(checkpoint, "recipe")
                            .run(epoch -> {}, (step, done, total) -> {})
                            .graph())
                    .get();
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void shouldRefuseTheStateOfAnotherTraining() throws IOException {
        Path file = folder.resolve("training");
        assertDoesNotThrow(() -> Retraining.requireOwn(file, "recipe"));
        new Retraining(start, images, new RetrainOptions(1, 16, 3, true))
                .withCheckpoint(file, "recipe")
                .run(epoch -> {}, (step, done, total) -> {});
        assertDoesNotThrow(() -> Retraining.requireOwn(file, "recipe"));
        assertRefused("expected one of this model, these images and options", file, "another");
        QuantizedGraph elsewhere = start(ROUGH.withVariant(QuantizationVariant.PL_ICN));
        QuantizationException other = assertThrows(
                QuantizationException.class,
                () -> new Retraining(elsewhere, images, FEW).withCheckpoint(file, "recipe"));
        assertTrue(String.valueOf(other.getMessage()).contains("it began from other codes"), other::toString);
        Files.write(file, new byte[7]);
        assertRefused("cannot be read", file, "recipe");
    }

    /** Before calibration as after it. */
    private void assertRefused(String reason, Path file, String recipe) {
        QuantizationException before =
                assertThrows(QuantizationException.class, () -> Retraining.requireOwn(file, recipe));
        assertTrue(String.valueOf(before.getMessage()).contains(reason), before::toString);
        Retraining training = new Retraining(start, images, FEW);
        QuantizationException after =
                assertThrows(QuantizationException.class, () -> training.withCheckpoint(file, recipe));
        assertEquals(before.getMessage(), after.getMessage());
    }

    @Test
    void shouldRefuseTooFewImages() {
        QuantizationException few = assertThrows(
                QuantizationException.class, () -> new Retraining(start, images.chosen(index -> index, 19), FEW));
        String message = String.valueOf(few.getMessage());
        assertTrue(message.contains("at least 20 images, got 19"), message);
    }
}
