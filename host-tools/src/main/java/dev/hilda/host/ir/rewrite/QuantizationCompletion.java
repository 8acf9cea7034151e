// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.ResultGrid;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightGrid;
import dev.hilda.host.ir.WeightQuantization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A quantized graph out of one in which only some values have codes, as files have that are trained or converted with
 * quantizers here and there. What is computed in real numbers between two of them becomes one node: products, normalization,
 * activation and limits. What moves codes keeps them; answers in real numbers become int32.
 */
public final class QuantizationCompletion {
    /** What integers make of softmax (INTEGER.md). */
    private static final ActivationQuantization PROBABILITIES =
            new ActivationQuantization(8, 1.0 / 256, 0, Rounding.HALF_UP);

    private final RealsFusion fused;
    private final Map<String, ActivationQuantization> grids;
    private final Graph graph;

    /**
     * What is known of a graph.
     *
     * @param grids of values
     * @param weights of weighted nodes, by their names
     */
    public record Partial(Graph graph, Map<String, ActivationQuantization> grids, Map<String, WeightGrid> weights) {
        public Partial {
            grids = Map.copyOf(grids);
            weights = Map.copyOf(weights);
        }
    }

    /**
     * A graph that has codes throughout.
     *
     * @param withoutSoftmax outputs that are given before a softmax in real numbers, which keeps their order
     */
    public record Completed(QuantizedGraph graph, Set<String> withoutSoftmax) {}

    private QuantizationCompletion(Partial partial) {
        this.fused = new RealsFusion(partial);
        fused.run();
        this.grids = fused.grids();
        this.graph = partial.graph().with(fused.nodes());
    }

    /**
     * Completes what is known.
     *
     * @throws UnquantizedException where integers would read real numbers, or weights have no codes
     */
    public static Completed of(Partial partial) {
        QuantizationCompletion completion = new QuantizationCompletion(partial);
        return new Completed(completion.quantized(), completion.fused.withoutSoftmax());
    }

    /** Inputs whose codes neither are known nor follow from those of what is made of them. */
    public static List<String> openInputs(Partial partial) {
        QuantizationCompletion completion = new QuantizationCompletion(partial);
        return partial.graph().inputs().stream()
                .filter(input -> !completion.grids.containsKey(input))
                .toList();
    }

    private QuantizedGraph quantized() {
        inherit();
        Map<String, WeightQuantization> weights = new HashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            requireGrids(node.inputs(), node);
            if (node.operator() instanceof Operator.Weighted weighted) {
                LayerCodes codes = codes(node, weighted);
                weights.put(node.name(), codes.weights());
                nodes.add(new Node(node.name(), codes.operator(), node.inputs(), node.output()));
            } else {
                nodes.add(node);
            }
        }
        for (String value : graph.values()) {
            if (!grids.containsKey(value)) {
                throw unquantized(value, "the answer");
            }
        }
        grids.keySet().retainAll(graph.values());
        return new QuantizedGraph(graph.with(nodes), grids, weights);
    }

    private LayerCodes codes(Node node, Operator.Weighted operator) {
        WeightGrid codes = fused.weights().get(node.name());
        if (codes == null) {
            throw new UnquantizedException(
                    "weights in codes like the activations",
                    "weights of real numbers that make \"" + node.output() + "\"");
        }
        String output = node.output();
        ActivationQuantization input = grid(node.inputs().get(0));
        ActivationQuantization known = grids.get(output);
        if (known != null) {
            if (known.highest() - known.lowest() >= ThresholdFit.MOST_CODES) {
                return LayerCodes.of(operator, codes, input, LayerCodes.Use.VALUE);
            }
            FittedCodes fitted = FittedCodes.of(operator, codes, input, known);
            grids.put(output, known.with(fitted.rounding()));
            return fitted.codes();
        }
        if (isReadAsSign(output)) {
            LayerCodes signs = LayerCodes.of(operator, codes, input, LayerCodes.Use.SIGN);
            grids.put(output, AnswerGrid.signs(operator, signs.weights(), input));
            return signs;
        }
        LayerCodes answer = LayerCodes.of(operator, codes, input, LayerCodes.Use.VALUE);
        if (graph.isOutput(output)) {
            grids.put(output, AnswerGrid.int32(operator, answer.weights(), input));
        }
        return answer;
    }

    /** Whether of real numbers only the sign matters. */
    private boolean isReadAsSign(String value) {
        return !graph.isOutput(value)
                && graph.consumers(value).stream()
                        .allMatch(node -> node.operator() instanceof Operator.Elementwise elementwise
                                && elementwise.function() instanceof ElementwiseFunction.Bipolar);
    }

    /** What moves codes keeps those of its input. */
    private void inherit() {
        for (Node node : graph.nodes()) {
            String input = node.inputs().get(0);
            boolean moves =
                    node.operator().grid() == ResultGrid.OF_INPUT && !(node.operator() instanceof Operator.AveragePool);
            if (moves && grids.containsKey(input)) {
                grids.putIfAbsent(node.output(), grid(input));
            }
            if (node.operator() instanceof Operator.Softmax) {
                grids.putIfAbsent(node.output(), PROBABILITIES);
            }
        }
    }

    private void requireGrids(List<String> read, Node reader) {
        for (String value : read) {
            if (!grids.containsKey(value)) {
                throw unquantized(value, "what makes \"" + reader.output() + "\"");
            }
        }
    }

    private static UnquantizedException unquantized(String value, String reader) {
        return new UnquantizedException(
                "a quantized tensor wherever another layer reads one",
                "real numbers in \"" + value + "\", read by " + reader);
    }

    private ActivationQuantization grid(String value) {
        ActivationQuantization grid = grids.get(value);
        if (grid == null) {
            throw new IllegalStateException(value + " has no grid");
        }
        return grid;
    }
}
