// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.ResultGrid;
import dev.hilda.host.ir.WeightQuantization;
import dev.hilda.host.ir.rewrite.AnswerGrid;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatOperators;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A network as its codes compute it, in real numbers, with parameters that can be trained. */
final class FakeQuantizedNetwork {
    private final Graph graph;
    private final QuantizedGraph start;
    private final Map<String, LearnedLayer> layers = new LinkedHashMap<>();

    /** By the value that a grid belongs to; what is moved or joined has another one's. */
    private final Map<String, LearnedGrid> grids = new LinkedHashMap<>();

    private final List<Parameter> parameters = new ArrayList<>();
    private final Map<Parameter, Integer> indices = new HashMap<>();

    /** @throws dev.hilda.host.quantize.QuantizationException when a node has no gradients */
    FakeQuantizedNetwork(QuantizedGraph start, LearnedQuantizers quantizers) {
        this.graph = start.graph();
        this.start = start;
        Trainability.require(graph);
        for (Node node : graph.nodes()) {
            String owner = owner(node.output());
            boolean isOwned = start.activation(owner).bits() != Tensor.INT32_BITS && !graph.isInput(owner);
            if (isOwned) {
                grids.computeIfAbsent(
                        owner, value -> LearnedGrid.of(value, start.activation(value), quantizers.activations()));
            }
            if (node.operator().weighted().isPresent()) {
                LearnedLayer layer = new LearnedLayer(
                        node,
                        start.weights(node),
                        start.activation(node.inputs().get(0)).scale(),
                        quantizers.weights(),
                        isOwned ? grid(owner).roundedOff() : 0);
                layers.put(node.name(), layer);
                parameters.addAll(layer.parameters());
            }
        }
        grids.values().forEach(grid -> parameters.add(grid.parameter()));
        parameters.forEach(parameter -> indices.put(parameter, indices.size()));
    }

    private String owner(String value) {
        Optional<Node> joining = graph.consumers(value).stream()
                .filter(reader -> reader.operator().grid() == ResultGrid.FITTED_WITH_INPUTS)
                .findFirst();
        if (joining.isPresent()) {
            return owner(joining.get().output());
        }
        return graph.producer(value)
                .filter(maker -> maker.operator().grid() == ResultGrid.OF_INPUT)
                .map(maker -> owner(maker.inputs().get(0)))
                .orElse(value);
    }

    private LearnedGrid grid(String owner) {
        return Objects.requireNonNull(grids.get(owner));
    }

    Graph graph() {
        return graph;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    /** Values whose rounding is their own, other than outputs: what a teacher's are compared with. */
    List<String> features() {
        return grids.keySet().stream().filter(value -> !graph.isOutput(value)).toList();
    }

    /** As the parameters are now; shared by passes on several batches. */
    Snapshot snapshot() {
        Map<String, Operator.Weighted> sums = new HashMap<>();
        for (Node node : graph.weightedNodes()) {
            sums.put(
                    node.name(),
                    layer(node).sums(activation(node.inputs().get(0)).scale()));
        }
        return new Snapshot(sums);
    }

    /** As the parameters are now. */
    private ActivationQuantization activation(String value) {
        LearnedGrid grid = grids.get(owner(value));
        return grid == null ? start.activation(value) : grid.quantization();
    }

    /** The integers that the parameters stand for. */
    QuantizedGraph quantized() {
        Map<String, ActivationQuantization> activations = new HashMap<>();
        graph.values().forEach(value -> activations.put(value, activation(value)));
        Map<String, WeightQuantization> weights = new HashMap<>();
        for (Node node : graph.weightedNodes()) {
            ActivationQuantization read =
                    Objects.requireNonNull(activations.get(node.inputs().get(0)));
            WeightQuantization made = layer(node).quantization(read.scale());
            weights.put(node.name(), made);
            if (start.activation(node.output()).bits() == Tensor.INT32_BITS) {
                activations.put(node.output(), AnswerGrid.int32((Operator.Weighted) node.operator(), made, read));
            }
        }
        return new QuantizedGraph(graph, activations, weights);
    }

    private LearnedLayer layer(Node node) {
        return Objects.requireNonNull(layers.get(node.name()));
    }

    /** Forwards and backwards with fixed parameters. */
    final class Snapshot {
        private final Map<String, Operator.Weighted> sums;

        private Snapshot(Map<String, Operator.Weighted> sums) {
            this.sums = sums;
        }

        /** @param inputs on their grids, by name */
        Pass run(Map<String, Batch> inputs) {
            Pass pass = new Pass(this, inputs);
            graph.nodes().forEach(pass::forward);
            return pass;
        }

        private Operator.Weighted sums(Node node) {
            return Objects.requireNonNull(sums.get(node.name()));
        }
    }

    /** One batch's values, and the derivatives by them. */
    final class Pass {
        private final Snapshot snapshot;

        /** Rounded. */
        private final Map<String, Batch> values;

        /** Before rounding. */
        private final Map<String, Batch> made = new HashMap<>();

        private final Map<String, float[]> outer = new HashMap<>();
        private final float[][] gradients = new float[parameters.size()][];

        private Pass(Snapshot snapshot, Map<String, Batch> inputs) {
            this.snapshot = snapshot;
            this.values = new HashMap<>(inputs);
        }

        Batch value(String name) {
            return Objects.requireNonNull(values.get(name));
        }

        private List<Batch> read(Node node) {
            return node.inputs().stream().map(this::value).toList();
        }

        private void forward(Node node) {
            Batch result;
            if (node.operator().weighted().isPresent()) {
                result = FloatOperators.accumulate(
                        snapshot.sums(node), value(node.inputs().get(0)));
                layer(node).normalize(result.values());
                Operator.Weighted activating = snapshot.sums(node).with(activation(node));
                result = FloatOperators.finish(activating, result);
            } else {
                result = FloatOperators.run(node.operator(), read(node));
            }
            made.put(node.output(), result);
            LearnedGrid grid = grids.get(owner(node.output()));
            values.put(node.output(), grid == null || isOnGrid(node) ? result : rounded(node, grid, result));
        }

        private Batch rounded(Node node, LearnedGrid grid, Batch made) {
            boolean isAverage = node.operator().grid() == ResultGrid.OF_INPUT;
            return new Batch(
                    made.shape(),
                    made.images(),
                    isAverage ? grid.averaged(made.values()) : grid.rounded(made.values()));
        }

        /**
         * From derivatives by values to those by parameters.
         *
         * @param losses derivatives of the loss by values, by name; the arrays become this pass's own
         * @return derivatives of the loss by the parameters, in their order
         */
        float[][] backward(Map<String, float[]> losses) {
            outer.putAll(losses);
            for (int index = graph.nodes().size() - 1; index >= 0; index--) {
                Node node = graph.nodes().get(index);
                float[] slopes = outer.remove(node.output());
                if (slopes != null) {
                    backward(node, slopes);
                }
            }
            for (int index = 0; index < gradients.length; index++) {
                if (gradients[index] == null) {
                    gradients[index] = new float[parameters.get(index).values().length];
                }
            }
            return gradients;
        }

        private void backward(Node node, float[] slopes) {
            Batch before = Objects.requireNonNull(made.get(node.output()));
            LearnedGrid grid = grids.get(owner(node.output()));
            if (grid != null && !isOnGrid(node)) {
                add(grid.parameter(), new float[] {grid.gradient(before.values(), slopes)});
            }
            InputGradients.throughActivation(activation(node), before.values(), slopes);
            if (node.operator().weighted().isPresent()) {
                weighted(node, slopes);
                return;
            }
            InputGradients by = new InputGradients(read(node), new Batch(before.shape(), before.images(), slopes));
            List<float[]> found = node.operator().accept(by);
            for (int input = 0; input < found.size(); input++) {
                pass(node.inputs().get(input), found.get(input));
            }
        }

        private void weighted(Node node, float[] slopes) {
            String input = node.inputs().get(0);
            LearnedLayer layer = layer(node);
            layer.normalizeGradient(slopes);
            WeightedGradients by = new WeightedGradients(value(input), slopes, !graph.isInput(input));
            float[] ofRounded = snapshot.sums(node).accept((Operator.WeightedVisitor<float[]>) by);
            List<float[]> found = layer.gradients(ofRounded, slopes);
            for (int index = 0; index < found.size(); index++) {
                add(layer.parameters().get(index), found.get(index));
            }
            if (!graph.isInput(input)) {
                pass(input, by.ofInput());
            }
        }

        /** Readers of one value add up. */
        private void pass(String value, float[] slopes) {
            if (!graph.isInput(value)) {
                float[] sum = outer.get(value);
                outer.put(value, sum == null ? slopes.clone() : sum(sum, slopes));
            }
        }

        private void add(Parameter parameter, float[] gradient) {
            int index = Objects.requireNonNull(indices.get(parameter));
            gradients[index] = gradients[index] == null ? gradient : sum(gradients[index], gradient);
        }
    }

    /** In the first, which is returned. */
    static float[] sum(float[] one, float[] other) {
        for (int index = 0; index < one.length; index++) {
            one[index] += other[index];
        }
        return one;
    }

    private static Activation activation(Node node) {
        return node.operator() instanceof Operator.Activated activated ? activated.activation() : Activation.NONE;
    }

    /** Codes are moved, not made. */
    private static boolean isOnGrid(Node node) {
        ResultGrid grid = node.operator().grid();
        return (grid == ResultGrid.OF_INPUT || grid == ResultGrid.FITTED_WITH_INPUTS)
                && !(node.operator() instanceof Operator.Summing);
    }
}
