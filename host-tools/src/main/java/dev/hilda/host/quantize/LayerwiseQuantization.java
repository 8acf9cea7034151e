// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightQuantization;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatOperators;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Quantizes node after node. Beside each value of the float network stands the same value of the network quantized so far,
 * in real numbers, so that each layer can make up for the noise before it. Every calibration image takes part.
 */
final class LayerwiseQuantization {
    /** Activations that are held at a time, float and quantized together. */
    private static final long CHUNK_VALUES = 1L << 24;

    private final Graph graph;
    private final ActivationRanges ranges;
    private final Map<String, Integer> activationBits;
    private final Map<String, Integer> weightBits;
    private final QuantizeOptions options;
    private final Map<String, StoredActivations> exact = new LinkedHashMap<>();

    /** In the network that is made. */
    private final Map<String, StoredActivations> quantized = new LinkedHashMap<>();

    /** In one whose layers are fitted to fewer images, so that the others tell the noise. */
    private final Map<String, StoredActivations> judged = new LinkedHashMap<>();

    private final Map<String, ActivationQuantization> activations = new LinkedHashMap<>();

    /** Searched for once: both networks have the same. */
    private final Map<String, ActivationQuantization> chosenRanges = new HashMap<>();

    private final Map<String, WeightQuantization> weights = new LinkedHashMap<>();
    private final List<LayerNoise> noise = new ArrayList<>();

    /** Who watches needs no noise told. */
    private final Optional<QuantizationObserver> observer;

    LayerwiseQuantization(
            Graph graph,
            ActivationRanges ranges,
            Map<String, Integer> activationBits,
            Map<String, Integer> weightBits,
            QuantizeOptions options,
            Optional<QuantizationObserver> observer) {
        this.graph = graph;
        this.ranges = ranges;
        this.activationBits = activationBits;
        this.weightBits = weightBits;
        this.options = options;
        this.observer = observer;
    }

    QuantizationResult run(CalibrationData data, Map<String, ActivationQuantization> inputs, StepProgress progress) {
        try {
            storeInputs(data, inputs);
            int done = 0;
            for (Node node : graph.nodes()) {
                progress.advance("quantize", done++, graph.nodes().size());
                quantize(node);
                forgetWhatNobodyReads(exact, done);
                forgetWhatNobodyReads(quantized, done);
                forgetWhatNobodyReads(judged, done);
            }
            progress.advance("quantize", done, done);
            return new QuantizationResult(new QuantizedGraph(graph, activations, weights), noise);
        } finally {
            Stream.of(exact, quantized, judged)
                    .forEach(values -> values.values().forEach(StoredActivations::close));
        }
    }

    private void storeInputs(CalibrationData data, Map<String, ActivationQuantization> inputs) {
        activations.putAll(inputs);
        for (String input : graph.inputs()) {
            stored(exact, input);
            stored(quantized, input);
            stored(judged, input);
        }
        int step = (int) Math.max(1, Math.min(data.size(), CHUNK_VALUES / largestStep()));
        for (int first = 0; first < data.size(); first += step) {
            int images = Math.min(step, data.size() - first);
            ActivationRanges.images(data, graph, first, images).forEach((input, chunk) -> {
                CodeGrid grid = CodeGrid.of(of(inputs, input));
                of(exact, input).append(chunk);
                of(quantized, input).append(rounded(chunk, grid));
                of(judged, input).append(rounded(chunk, grid));
            });
        }
    }

    private StoredActivations stored(Map<String, StoredActivations> values, String name) {
        StoredActivations made = new StoredActivations(graph.shape(name));
        values.put(name, made);
        return made;
    }

    /** Values of one image that are alive at a time, twice. Counts patches as another input. */
    private long largestStep() {
        long largest = 1;
        for (int index = 0; index < graph.nodes().size(); index++) {
            long alive = 0;
            for (String value : graph.values()) {
                alive += isAlive(value, index) ? graph.shape(value).elements() : 0;
            }
            largest = Math.max(largest, 2 * alive);
        }
        return largest;
    }

    /** Made before or by the node at {@code index}, and read by it or a later one. */
    private boolean isAlive(String value, int index) {
        boolean made = graph.isInput(value);
        boolean read = false;
        for (int other = 0; other < graph.nodes().size(); other++) {
            Node node = graph.nodes().get(other);
            made |= other <= index && node.output().equals(value);
            read |= other >= index
                    && (node.inputs().contains(value) || node.output().equals(value));
        }
        return made && read;
    }

    private void forgetWhatNobodyReads(Map<String, StoredActivations> values, int next) {
        List<String> unread =
                values.keySet().stream().filter(value -> !isRead(value, next)).toList();
        unread.forEach(value -> of(values, value).close());
        values.keySet().removeAll(unread);
    }

    private boolean isRead(String value, int next) {
        return graph.nodes().subList(next, graph.nodes().size()).stream()
                .anyMatch(node -> node.inputs().contains(value));
    }

    private void quantize(Node node) {
        StoredActivations exactResults = stored(exact, node.output());
        for (int chunk = 0; chunk < exactInput(node).chunks(); chunk++) {
            exactResults.append(FloatOperators.run(node.operator(), inputs(exact, node, chunk)));
        }
        if (observer.isEmpty()) {
            NodeStep fewer = step(node, judged, ImageChoice.fitted(exactResults.images()));
            propagate(node, judged, fewer);
            tell(node, fewer.quantization());
        }
        NodeStep step = step(
                node,
                quantized,
                observer.isPresent() ? ImageChoice.fittedHalf(exactResults.images()) : ImageChoice.ALL);
        propagate(node, quantized, step);
        activations.put(node.output(), step.quantization());
        step.weights().ifPresent(chosen -> weights.put(node.name(), chosen));
    }

    private void propagate(Node node, Map<String, StoredActivations> values, NodeStep step) {
        StoredActivations codes = stored(values, node.output());
        for (int chunk = 0; chunk < exactInput(node).chunks(); chunk++) {
            codes.append(step.codes(inputs(values, node, chunk)));
        }
    }

    private NodeStep step(Node node, Map<String, StoredActivations> values, ImageChoice images) {
        Optional<Operator.Weighted> weighted = node.operator().weighted();
        if (weighted.isEmpty()) {
            NodeStep step = new NodeStep(node.operator(), withoutWeights(node), Optional.empty());
            observer.ifPresent(watching -> watching.step(node, step));
            return step;
        }
        LayerInputs inputs =
                new LayerInputs(weighted.get(), of(values, node.inputs().get(0)), exactInput(node), images);
        NodeStep step = weighted(node, inputs, bits(weightBits, node.name()));
        observer.ifPresent(watching -> {
            watching.step(node, step);
            watching.layer(node, bits -> weighted(node, inputs, bits));
        });
        return step;
    }

    private NodeStep weighted(Node node, LayerInputs inputs, int bits) {
        boolean logits = Logits.isInt32(graph, node.output());
        QuantizedLayer layer =
                new QuantizedLayer(inputs, bits, options, activation(node), !logits && hasThresholds(node));
        return new NodeStep(
                layer.simulated(), logits ? layer.logits() : range(node.output()), Optional.of(layer.quantization()));
    }

    private boolean hasThresholds(Node node) {
        List<Node> weighted = graph.weightedNodes();
        return options.variant().hasThresholds() && !node.equals(weighted.get(weighted.size() - 1));
    }

    private void tell(Node node, ActivationQuantization quantization) {
        StoredActivations exactResults = of(exact, node.output());
        StoredActivations results = of(judged, node.output());
        ImageChoice judging = ImageChoice.judging(exactResults.images());
        Noise told = new Noise();
        for (int chunk = 0; chunk < results.chunks(); chunk++) {
            int first = results.firstImage(chunk);
            Optional<Batch> codes = judging.of(results.chunk(chunk), first);
            if (codes.isPresent()) {
                told.add(judging.of(exactResults.chunk(chunk), first).orElseThrow(), codes.get());
            }
        }
        OptionalInt bits = weightBits.containsKey(node.name())
                ? OptionalInt.of(bits(weightBits, node.name()))
                : OptionalInt.empty();
        noise.add(new LayerNoise(node.name(), bits, quantization.bits(), told.decibels()));
    }

    private StoredActivations exactInput(Node node) {
        return of(exact, node.inputs().get(0));
    }

    /** INTEGER.md, by operator. */
    private ActivationQuantization withoutWeights(Node node) {
        return switch (node.operator().grid()) {
            case FITTED, FITTED_TO_ONE_WIDTH, FITTED_WITH_INPUTS -> range(node.output());
            case OF_INPUT -> activation(node);
            case PROBABILITIES -> new ActivationQuantization(8, 1.0 / 256, 0, Rounding.HALF_UP);
        };
    }

    private ActivationQuantization range(String value) {
        return chosenRanges.computeIfAbsent(
                ranges.owner(value),
                name -> ranges.grid(name, bits(activationBits, name), options.calibration())
                        .quantization());
    }

    /** Of what a node reads. */
    private ActivationQuantization activation(Node node) {
        return of(activations, node.inputs().get(0));
    }

    private static List<Batch> inputs(Map<String, StoredActivations> values, Node node, int chunk) {
        return node.inputs().stream().map(name -> of(values, name).chunk(chunk)).toList();
    }

    private static int bits(Map<String, Integer> assigned, String name) {
        Integer bits = assigned.get(name);
        if (bits == null || (bits != 8 && bits != 4 && bits != 2)) {
            throw new QuantizationException("expected 8, 4 or 2 bits for " + name + ", got " + bits);
        }
        return bits;
    }

    private static <T> T of(Map<String, T> values, String name) {
        T value = values.get(name);
        if (value == null) {
            throw new QuantizationException("value " + name + " is not there when it is read");
        }
        return value;
    }

    static Batch rounded(Batch batch, CodeGrid grid) {
        return new Batch(batch.shape(), batch.images(), grid.nearest(batch.values()));
    }

    /** Sums over batches. */
    private static final class Noise {
        private double signal;
        private double error;

        void add(Batch exact, Batch other) {
            for (int index = 0; index < exact.values().length; index++) {
                double difference = exact.values()[index] - other.values()[index];
                signal += (double) exact.values()[index] * exact.values()[index];
                error += difference * difference;
            }
        }

        double decibels() {
            return 10 * Math.log10(signal / error);
        }
    }
}
