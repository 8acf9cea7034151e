// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.agent.network.Ints;
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
    /** Half of what int32 holds: the rest is for the products. */
    private static final double MAX_BIAS = 1 << 30;

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

    private QuantizedGraph quantized() {
        inherit();
        Map<String, WeightQuantization> weights = new HashMap<>();
        for (Node node : graph.nodes()) {
            requireGrids(node.inputs(), node);
            if (node.operator() instanceof Operator.Weighted weighted) {
                boolean isSign = !grids.containsKey(node.output()) && isReadAsSign(node.output());
                WeightQuantization given = weights(node, weighted, isSign);
                weights.put(node.name(), given);
                if (isSign) {
                    grids.put(
                            node.output(),
                            AnswerGrid.signs(weighted, given, grid(node.inputs().get(0))));
                } else if (graph.isOutput(node.output())) {
                    grids.putIfAbsent(
                            node.output(),
                            AnswerGrid.int32(weighted, given, grid(node.inputs().get(0))));
                }
            }
        }
        for (String value : graph.values()) {
            if (!grids.containsKey(value)) {
                throw unquantized(value, "the answer");
            }
        }
        grids.keySet().retainAll(graph.values());
        return new QuantizedGraph(graph, grids, weights);
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

    /**
     * With the bias in units of the products, the offset of a normalization in it.
     *
     * @param isSign whether it is rounded so that the sign of the result is exact: sums of products are integers
     */
    private WeightQuantization weights(Node node, Operator.Weighted operator, boolean isSign) {
        WeightGrid codes = fused.weights().get(node.name());
        if (codes == null) {
            throw new UnquantizedException(
                    "weights in codes like the activations",
                    "weights of real numbers that make \"" + node.output() + "\"");
        }
        double inputScale = grid(node.inputs().get(0)).scale();
        double[] scales = codes.scaleArray();
        int[] bias = new int[scales.length];
        for (int channel = 0; channel < bias.length; channel++) {
            double real = operator.bias().get(channel) + offset(operator, channel);
            double exact = real / (inputScale * scales[channel]);
            double steps =
                    !isSign ? Math.rint(exact) : gain(operator, channel) < 0 ? Math.ceil(exact) : Math.floor(exact);
            bias[channel] = (int) Math.max(-MAX_BIAS, Math.min(MAX_BIAS, steps));
        }
        return new WeightQuantization(codes.codes(), scales, Ints.of(bias));
    }

    private static double gain(Operator.Weighted operator, int channel) {
        return operator.normalization()
                .map(given -> (double) given.gain().get(channel))
                .orElse(1.0);
    }

    /** A channel of gain 0 is constant; lowering takes its value from the normalization. */
    private static double offset(Operator.Weighted operator, int channel) {
        return operator.normalization()
                .filter(given -> given.gain().get(channel) != 0)
                .map(given ->
                        (double) given.offset().get(channel) / given.gain().get(channel))
                .orElse(0.0);
    }
}
