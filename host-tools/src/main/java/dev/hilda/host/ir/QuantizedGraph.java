// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import java.util.Map;

/**
 * A graph with everything that turns it into integers: the quantization of each value and the codes of each weighted node.
 * Made by a frontend from a quantized file, or by quantization from calibration; lowering reads it.
 *
 * @param graph its float weights are what the codes stand for (of a quantized file) or what they approximate
 * @param activations by name of the value; every value has one
 * @param weights by name of the node; every weighted node has one
 */
public record QuantizedGraph(
        Graph graph, Map<String, ActivationQuantization> activations, Map<String, WeightQuantization> weights) {
    public QuantizedGraph {
        activations = Map.copyOf(activations);
        weights = Map.copyOf(weights);
        for (String value : graph.values()) {
            Require.that(activations.containsKey(value), () -> "value " + value + " has no quantization");
        }
        for (Node node : graph.weightedNodes()) {
            WeightQuantization given = weights.get(node.name());
            if (given == null) {
                throw new GraphException("node " + node.name() + " has no quantized weights");
            }
            int expected = ((Operator.Weighted) node.operator()).weights().size();
            Require.that(
                    given.codes().count() == expected,
                    () -> "node " + node.name() + ": expected " + expected + " codes, got " + given.codes());
        }
    }

    /** Quantization of a value of the graph. */
    public ActivationQuantization activation(String value) {
        ActivationQuantization quantization = activations.get(value);
        if (quantization == null) {
            throw new GraphException("value " + value + " has no quantization");
        }
        return quantization;
    }

    /** Quantized weights of a weighted node of the graph. */
    public WeightQuantization weights(Node node) {
        WeightQuantization quantization = weights.get(node.name());
        if (quantization == null) {
            throw new GraphException("node " + node.name() + " has no quantized weights");
        }
        return quantization;
    }
}
