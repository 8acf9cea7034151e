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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Quantizes node after node. Beside each value of the float network stands the same value of the network quantized so far,
 * in real numbers, so that each layer can make up for the noise before it.
 */
final class LayerwiseQuantization {
    /** Activations that are held at a time, float and quantized together. */
    private static final long MAX_VALUES = 1L << 26;

    private final Graph graph;
    private final ActivationRanges ranges;
    private final Map<String, Integer> activationBits;
    private final Map<String, Integer> weightBits;
    private final QuantizeOptions options;
    private final Map<String, Batch> exact = new LinkedHashMap<>();
    private final Map<String, Batch> quantized = new LinkedHashMap<>();
    private final Map<String, ActivationQuantization> activations = new LinkedHashMap<>();
    private final Map<String, WeightQuantization> weights = new LinkedHashMap<>();
    private final List<LayerNoise> noise = new ArrayList<>();

    LayerwiseQuantization(
            Graph graph,
            ActivationRanges ranges,
            Map<String, Integer> activationBits,
            Map<String, Integer> weightBits,
            QuantizeOptions options) {
        this.graph = graph;
        this.ranges = ranges;
        this.activationBits = activationBits;
        this.weightBits = weightBits;
        this.options = options;
    }

    QuantizationResult run(CalibrationData data, ActivationQuantization input, StepProgress progress) {
        int count = (int) Math.max(1, Math.min(data.size(), MAX_VALUES / largestStep()));
        Batch images = ActivationRanges.images(data, graph.inputShape(), 0, data.size() / count, count);
        exact.put(graph.input(), images);
        activations.put(graph.input(), input);
        quantized.put(graph.input(), rounded(images, CodeGrid.of(input)));
        int done = 0;
        for (Node node : graph.nodes()) {
            progress.advance("quantize", done++, graph.nodes().size());
            quantize(node);
            forgetWhatNobodyReads(done);
        }
        progress.advance("quantize", done, done);
        return new QuantizationResult(new QuantizedGraph(graph, activations, weights), noise);
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
        boolean made = value.equals(graph.input());
        boolean read = false;
        for (int other = 0; other < graph.nodes().size(); other++) {
            Node node = graph.nodes().get(other);
            made |= other <= index && node.output().equals(value);
            read |= other >= index
                    && (node.inputs().contains(value) || node.output().equals(value));
        }
        return made && read;
    }

    private void forgetWhatNobodyReads(int next) {
        exact.keySet().removeIf(value -> !isRead(value, next));
        quantized.keySet().removeIf(value -> !isRead(value, next));
    }

    private boolean isRead(String value, int next) {
        return graph.nodes().subList(next, graph.nodes().size()).stream()
                .anyMatch(node -> node.inputs().contains(value));
    }

    private void quantize(Node node) {
        Batch exactResult;
        Batch result;
        Optional<Operator.Weighted> weighted = node.operator().weighted();
        if (weighted.isPresent()) {
            Operator.Weighted operator = weighted.get();
            Batch exactInput = of(exact, node.inputs().get(0));
            Batch input = of(quantized, node.inputs().get(0));
            Batch sums = FloatOperators.accumulate(operator, exactInput);
            QuantizedLayer layer = new QuantizedLayer(
                    operator, bits(weightBits, node.name()), options, activation(node), input, exactInput, sums);
            weights.put(node.name(), layer.quantization());
            exactResult = FloatOperators.finish(operator, sums);
            result = layer.result();
            boolean logits = node.output().equals(graph.output()) && Logits.areInt32(graph);
            activations.put(node.output(), logits ? layer.logits() : range(node.output()));
        } else {
            exactResult = FloatOperators.run(node.operator(), inputs(exact, node));
            result = FloatOperators.run(node.operator(), inputs(quantized, node));
            activations.put(node.output(), withoutWeights(node));
        }
        ActivationQuantization quantization = of(activations, node.output());
        Batch codes = quantization.bits() == 32 ? result : rounded(result, CodeGrid.of(quantization));
        exact.put(node.output(), exactResult);
        quantized.put(node.output(), codes);
        OptionalInt bits = weightBits.containsKey(node.name())
                ? OptionalInt.of(bits(weightBits, node.name()))
                : OptionalInt.empty();
        noise.add(new LayerNoise(node.name(), bits, quantization.bits(), decibels(exactResult, codes)));
    }

    /** INTEGER.md, by operator. */
    private ActivationQuantization withoutWeights(Node node) {
        return switch (node.operator().grid()) {
            case FITTED, FITTED_TO_ONE_WIDTH -> range(node.output());
            case OF_INPUT -> activation(node);
            case PROBABILITIES -> new ActivationQuantization(8, 1.0 / 256, 0, Rounding.HALF_UP);
        };
    }

    private ActivationQuantization range(String value) {
        return ranges.grid(value, bits(activationBits, value), options.calibration())
                .quantization();
    }

    /** Of what a node reads. */
    private ActivationQuantization activation(Node node) {
        return of(activations, node.inputs().get(0));
    }

    private static List<Batch> inputs(Map<String, Batch> values, Node node) {
        return node.inputs().stream().map(name -> of(values, name)).toList();
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
        float[] values = new float[batch.values().length];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) grid.nearest(batch.values()[index]);
        }
        return new Batch(batch.shape(), batch.images(), values);
    }

    private static double decibels(Batch exact, Batch other) {
        double signal = 0;
        double error = 0;
        for (int index = 0; index < exact.values().length; index++) {
            double difference = exact.values()[index] - other.values()[index];
            signal += (double) exact.values()[index] * exact.values()[index];
            error += difference * difference;
        }
        return 10 * Math.log10(signal / error);
    }
}
