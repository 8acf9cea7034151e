// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.ResultGrid;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.Sensitivities;
import dev.hilda.host.quantize.bits.TiedValues;
import dev.hilda.host.tensor.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What fewer bits do to a network: its self of 8 bits throughout, and each layer with weights of 4 and 2 bits beside it,
 * rounded by the final method. Half of the calibration images fit the layers, losses are told on others: on what it was
 * fitted to, a layer with many weights looks far better than it is.
 */
public final class SensitivityStudy {
    /** At most so many images tell losses. */
    private static final int MOST_IMAGES = 96;

    private static final int IMAGES_AT_A_TIME = 16;
    private static final int MOST_BITS = 8;
    private static final int[] FEWER_BITS = {4, 2};

    private final Graph graph;
    private final TiedValues tied;
    private final ActivationRanges ranges;
    private final CalibrationMethod method;
    private final Map<String, ActivationQuantization> inputs;
    private final Map<String, NodeStep> steps = new LinkedHashMap<>();

    /** By node, then by bits. */
    private final Map<String, Map<Integer, NodeStep>> fewer = new LinkedHashMap<>();

    private final Map<String, ActivationQuantization> grids = new HashMap<>();
    private final List<Part> parts = new ArrayList<>();

    /** Some images and what the 8-bit self makes of them. */
    private record Part(Map<String, Batch> inputs, List<Batch> self) {}

    private SensitivityStudy(
            Graph graph,
            ActivationRanges ranges,
            CalibrationMethod method,
            Map<String, ActivationQuantization> inputs) {
        this.graph = graph;
        this.tied = new TiedValues(graph);
        this.ranges = ranges;
        this.method = method;
        this.inputs = inputs;
    }

    /** Quantizes a network to 8 bits, and each of its layers to fewer. */
    public static SensitivityStudy of(
            Graph canonical, CalibrationData data, QuantizeOptions options, StepProgress progress) {
        Map<String, Integer> activationBits = new LinkedHashMap<>();
        canonical.values().forEach(value -> activationBits.put(value, MOST_BITS));
        Map<String, Integer> weightBits = new LinkedHashMap<>();
        canonical.weightedNodes().forEach(node -> weightBits.put(node.name(), MOST_BITS));
        Graph graph = Quantizer.folded(canonical, activationBits, weightBits, options.variant());
        ActivationRanges ranges = ActivationRanges.observe(graph, data, progress);
        Map<String, ActivationQuantization> inputs = Quantizer.inputGrids(graph, data, options);
        SensitivityStudy study = new SensitivityStudy(graph, ranges, options.calibration(), inputs);
        new LayerwiseQuantization(
                        graph, ranges, activationBits, weightBits, options, Optional.of(study.new Collection()))
                .run(data, inputs, progress);
        study.readParts(data);
        return study;
    }

    private final class Collection implements QuantizationObserver {
        @Override
        public void step(Node node, NodeStep step) {
            steps.put(node.name(), step);
        }

        @Override
        public void layer(Node node, IntFunction<NodeStep> atBits) {
            Map<Integer, NodeStep> byBits = new LinkedHashMap<>();
            for (int bits : FEWER_BITS) {
                byBits.put(bits, atBits.apply(bits));
            }
            fewer.put(node.name(), byBits);
        }
    }

    private void readParts(CalibrationData data) {
        ImageChoice judging = ImageChoice.judgingHalf(data.size());
        int[] judges = IntStream.range(0, data.size()).filter(judging::includes).toArray();
        int images = Math.min(MOST_IMAGES, judges.length);
        CalibrationData chosen = data.chosen(image -> judges[(int) ((long) image * judges.length / images)], images);
        for (int first = 0; first < images; first += IMAGES_AT_A_TIME) {
            Map<String, Batch> values = new LinkedHashMap<>();
            ActivationRanges.images(chosen, graph, first, Math.min(IMAGES_AT_A_TIME, images - first))
                    .forEach((input, read) ->
                            values.put(input, LayerwiseQuantization.rounded(read, CodeGrid.of(grid(input)))));
            parts.add(new Part(values, rest(0, values, Cuts.NONE)));
        }
    }

    private ActivationQuantization grid(String input) {
        return Objects.requireNonNull(inputs.get(input));
    }

    /** What is at fewer bits than 8: weights by node, activations by group. */
    private record Cuts(Map<String, Integer> weights, Map<String, Integer> groups) {
        static final Cuts NONE = new Cuts(Map.of(), Map.of());
    }

    /** KL(self ‖ self with these bits), mean over the images, in nats. Layers are those rounded after 8 bits. */
    public double loss(BitAssignment bits) {
        Map<String, Integer> groups = new HashMap<>();
        bits.activationBits().forEach((value, width) -> {
            if (width < MOST_BITS) {
                groups.put(tied.group(value), width);
            }
        });
        Cuts cuts = new Cuts(bits.weightBits(), groups);
        return parts.stream()
                        .mapToDouble(part -> Divergence.sum(part.self, rest(0, part.inputs, cuts)))
                        .sum()
                / images();
    }

    private int images() {
        return parts.stream().mapToInt(part -> part.self.get(0).images()).sum();
    }

    /**
     * Of each tensor alone.
     *
     * @param withActivations whether those of activations are wanted too
     */
    public Sensitivities sensitivities(boolean withActivations, StepProgress progress) {
        Map<String, Map<Integer, Double>> weights = new LinkedHashMap<>();
        Map<String, Map<Integer, Double>> activations = new LinkedHashMap<>();
        int nodes = graph.nodes().size();
        long all = (long) parts.size() * nodes;
        for (int part = 0; part < parts.size(); part++) {
            Map<String, Batch> values = new HashMap<>(parts.get(part).inputs);
            for (int index = 0; index < nodes; index++) {
                progress.advance("sensitivity", (long) part * nodes + index, all);
                Node node = graph.nodes().get(index);
                for (int bits : FEWER_BITS) {
                    if (fewer.containsKey(node.name())) {
                        Cuts cuts = new Cuts(Map.of(node.name(), bits), Map.of());
                        add(weights, node.name(), bits, parts.get(part), rest(index, values, cuts));
                    }
                    if (withActivations && beginsAGroup(node)) {
                        Cuts cuts = new Cuts(Map.of(), Map.of(node.output(), bits));
                        add(activations, node.output(), bits, parts.get(part), rest(index, values, cuts));
                    }
                }
                run(node, values, Cuts.NONE);
                forget(values, index + 1);
            }
        }
        progress.advance("sensitivity", all, all);
        return new Sensitivities(weights, activations);
    }

    private boolean beginsAGroup(Node node) {
        String group = tied.group(node.output());
        return group.equals(node.output()) && !tied.isUncut(group);
    }

    private void add(Map<String, Map<Integer, Double>> losses, String name, int bits, Part part, List<Batch> results) {
        losses.computeIfAbsent(name, unseen -> new LinkedHashMap<>())
                .merge(bits, Divergence.sum(part.self, results) / images(), Double::sum);
    }

    /** The network's outputs from a node on. */
    private List<Batch> rest(int first, Map<String, Batch> before, Cuts cuts) {
        Map<String, Batch> values = new HashMap<>(before);
        for (int index = first; index < graph.nodes().size(); index++) {
            run(graph.nodes().get(index), values, cuts);
            forget(values, index + 1);
        }
        return graph.outputs().stream()
                .map(output -> Objects.requireNonNull(values.get(output)))
                .toList();
    }

    private void run(Node node, Map<String, Batch> values, Cuts cuts) {
        NodeStep step = Objects.requireNonNull(steps.get(node.name()));
        Integer bits = cuts.weights.get(node.name());
        if (bits != null && bits < MOST_BITS) {
            step = Objects.requireNonNull(
                    Objects.requireNonNull(fewer.get(node.name())).get(bits));
        }
        List<Batch> read = node.inputs().stream()
                .map(input -> Objects.requireNonNull(values.get(input)))
                .toList();
        values.put(node.output(), step.codes(read, grid(node, step, cuts)));
    }

    private ActivationQuantization grid(Node node, NodeStep step, Cuts cuts) {
        Integer bits = cuts.groups.get(tied.group(node.output()));
        if (bits == null || bits == MOST_BITS) {
            return step.quantization();
        }
        // What keeps its input's grid has that of the node that made it.
        Node made = node;
        while (made.operator().grid() == ResultGrid.OF_INPUT
                && graph.producer(made.inputs().get(0)).isPresent()) {
            made = graph.producer(made.inputs().get(0)).orElseThrow();
        }
        String owner = ranges.owner(made.output());
        return grids.computeIfAbsent(
                owner + " at " + bits,
                unseen -> ranges.grid(owner, bits, method).quantization());
    }

    private void forget(Map<String, Batch> values, int next) {
        values.keySet()
                .removeIf(value -> !graph.isOutput(value)
                        && graph.nodes().subList(next, graph.nodes().size()).stream()
                                .noneMatch(node -> node.inputs().contains(value)));
    }
}
