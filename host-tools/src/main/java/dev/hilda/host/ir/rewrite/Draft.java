// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.WeightQuantization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A graph while it is being rewritten: nodes in an order of execution, shapes and quantizations by name. */
final class Draft {
    private final Graph original;
    private final List<String> outputs;
    private final List<Node> nodes;
    private final Map<String, TensorShape> shapes = new HashMap<>();
    private final Map<String, ActivationQuantization> activations = new HashMap<>();
    private final Map<String, WeightQuantization> weights = new HashMap<>();
    private final boolean isQuantized;

    Draft(Graph graph) {
        this(graph, false);
    }

    Draft(QuantizedGraph quantized) {
        this(quantized.graph(), true);
        activations.putAll(quantized.activations());
        weights.putAll(quantized.weights());
    }

    private Draft(Graph graph, boolean isQuantized) {
        this.original = graph;
        this.outputs = graph.outputs();
        this.nodes = new ArrayList<>(graph.nodes());
        this.isQuantized = isQuantized;
        graph.values().forEach(value -> shapes.put(value, graph.shape(value)));
    }

    Graph graph() {
        return original.with(nodes);
    }

    QuantizedGraph quantizedGraph() {
        Graph graph = graph();
        activations.keySet().retainAll(graph.values());
        weights.keySet()
                .retainAll(graph.weightedNodes().stream().map(Node::name).toList());
        return new QuantizedGraph(graph, activations, weights);
    }

    boolean isQuantized() {
        return isQuantized;
    }

    boolean isOutput(String value) {
        return outputs.contains(value);
    }

    /** A copy, in an order of execution: what is rewritten meanwhile does not show. */
    List<Node> nodes() {
        return List.copyOf(nodes);
    }

    TensorShape shape(String value) {
        TensorShape shape = shapes.get(value);
        if (shape == null) {
            throw new GraphException("no value " + value);
        }
        return shape;
    }

    /** Quantization of a value of a quantized graph. */
    ActivationQuantization activation(String value) {
        ActivationQuantization quantization = activations.get(value);
        if (quantization == null) {
            throw new GraphException("value " + value + " has no quantization");
        }
        return quantization;
    }

    void setActivation(String value, ActivationQuantization quantization) {
        activations.put(value, quantization);
    }

    Optional<Node> producer(String value) {
        return nodes.stream().filter(node -> node.output().equals(value)).findFirst();
    }

    List<Node> consumers(String value) {
        return nodes.stream().filter(node -> node.inputs().contains(value)).toList();
    }

    /** Whether one node reads the value, once, and it is no output of the graph. */
    boolean hasOneReader(String value) {
        long reads = nodes.stream()
                .flatMap(node -> node.inputs().stream())
                .filter(value::equals)
                .count();
        return reads == 1 && !isOutput(value);
    }

    /** The node of the same name and output with another operator. */
    void setOperator(Node node, Operator operator) {
        replace(node, new Node(node.name(), operator, node.inputs(), node.output()));
    }

    void replace(Node old, Node replacement) {
        nodes.set(nodes.indexOf(old), replacement);
    }

    void remove(Node node) {
        nodes.remove(node);
    }

    /** Lets a node write a new value, which a second one makes into the old value. */
    void split(Node node, String intermediate, Node second) {
        int index = nodes.indexOf(node);
        nodes.set(index, new Node(node.name(), node.operator(), node.inputs(), intermediate));
        nodes.add(index + 1, second);
        shapes.put(intermediate, shape(node.output()));
    }

    /** Puts a node between another and one of the values it reads, of the same shape. */
    void readThrough(Node reader, int position, Node between) {
        int index = nodes.indexOf(reader);
        List<String> inputs = new ArrayList<>(reader.inputs());
        inputs.set(position, between.output());
        nodes.set(index, new Node(reader.name(), reader.operator(), inputs, reader.output()));
        nodes.add(index, between);
        shapes.put(between.output(), shape(reader.inputs().get(position)));
    }

    /** Every node that reads one value reads another instead. */
    void readInstead(String value, String replacement) {
        nodes.replaceAll(node -> new Node(
                node.name(),
                node.operator(),
                node.inputs().stream()
                        .map(read -> read.equals(value) ? replacement : read)
                        .toList(),
                node.output()));
    }

    /** A name that no value has. */
    String newValue(String wanted) {
        String free = wanted;
        while (shapes.containsKey(free)) {
            free += "_";
        }
        return free;
    }

    /** A name that no node has. */
    String newNode(String wanted) {
        List<String> taken = nodes.stream().map(Node::name).toList();
        String free = wanted;
        while (taken.contains(free)) {
            free += "_";
        }
        return free;
    }
}
