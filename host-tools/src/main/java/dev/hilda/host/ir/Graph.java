// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

import dev.hilda.agent.network.TensorShape;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A network with one or several inputs and outputs. Nodes stand in an order of execution; the shapes of all values
 * follow from those of the inputs. Consistent by construction.
 */
public final class Graph {
    private final String name;
    private final List<String> inputs;
    private final List<String> outputs;
    private final List<Node> nodes;
    private final Map<String, TensorShape> shapes;

    /**
     * @param inputs shapes of the values that are fed by their names, in the order in which they are
     * @param outputs names of the values that are the result, in the order of the answer
     * @throws GraphException naming the node, when a value is read before it is made or a shape does not fit
     */
    public Graph(String name, Map<String, TensorShape> inputs, List<Node> nodes, List<String> outputs) {
        this.name = name;
        this.inputs = List.copyOf(inputs.keySet());
        this.outputs = List.copyOf(outputs);
        this.nodes = List.copyOf(nodes);
        this.shapes = Collections.unmodifiableMap(inferShapes(inputs, this.nodes));
        Require.that(!inputs.isEmpty(), () -> "no input");
        Require.that(!outputs.isEmpty(), () -> "no output");
        outputs.forEach(output -> Require.that(shapes.containsKey(output), () -> "no node makes the output " + output));
        Require.that(Set.copyOf(outputs).size() == outputs.size(), () -> "an output twice among " + outputs);
    }

    /** With one input. */
    public Graph(String name, String input, TensorShape inputShape, List<Node> nodes, List<String> outputs) {
        this(name, Map.of(input, inputShape), nodes, outputs);
    }

    /** With one input and one output. */
    public Graph(String name, String input, TensorShape inputShape, List<Node> nodes, String output) {
        this(name, input, inputShape, nodes, List.of(output));
    }

    /** The same inputs and outputs, computed by other nodes. */
    public Graph with(List<Node> others) {
        return with(others, outputs);
    }

    /** The same inputs. */
    public Graph with(List<Node> others, List<String> otherOutputs) {
        Map<String, TensorShape> fed = new LinkedHashMap<>();
        inputs.forEach(input -> fed.put(input, shape(input)));
        return new Graph(name, fed, others, otherOutputs);
    }

    private static Map<String, TensorShape> inferShapes(Map<String, TensorShape> inputs, List<Node> nodes) {
        Map<String, TensorShape> shapes = new LinkedHashMap<>(inputs);
        Set<String> names = new HashSet<>();
        for (Node node : nodes) {
            Require.that(names.add(node.name()), () -> "two nodes are named " + node.name());
            Require.that(!shapes.containsKey(node.output()), () -> "two nodes make the value " + node.output());
            shapes.put(node.output(), inferShape(node, shapes));
        }
        return shapes;
    }

    private static TensorShape inferShape(Node node, Map<String, TensorShape> shapes) {
        for (String read : node.inputs()) {
            Require.that(
                    shapes.containsKey(read), () -> "node " + node.name() + " reads " + read + " before it is made");
        }
        try {
            return node.operator()
                    .outputShape(node.inputs().stream().map(shapes::get).toList());
        } catch (IllegalArgumentException e) {
            throw new GraphException("node " + node.name() + ": " + e.getMessage());
        }
    }

    public String name() {
        return name;
    }

    /** In the order in which they are fed. */
    public List<String> inputs() {
        return inputs;
    }

    /** The only input. */
    public String input() {
        Require.that(inputs.size() == 1, () -> "expected 1 input, got " + inputs);
        return inputs.get(0);
    }

    public boolean isInput(String value) {
        return inputs.contains(value);
    }

    /** In the order of the answer. */
    public List<String> outputs() {
        return outputs;
    }

    /** The first output, for what needs one only. */
    public String output() {
        return outputs.get(0);
    }

    public boolean isOutput(String value) {
        return outputs.contains(value);
    }

    /** In an order of execution. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Names of all values, the inputs first, then in the order they are made. */
    public Set<String> values() {
        return shapes.keySet();
    }

    /** Shape of a value of this graph. */
    public TensorShape shape(String value) {
        TensorShape shape = shapes.get(value);
        if (shape == null) {
            throw new GraphException("graph " + name + " has no value " + value);
        }
        return shape;
    }

    /** Of the only input. */
    public TensorShape inputShape() {
        return shape(input());
    }

    public TensorShape outputShape() {
        return shape(output());
    }

    /** The node that makes a value; none makes an input. */
    public Optional<Node> producer(String value) {
        return nodes.stream().filter(node -> node.output().equals(value)).findFirst();
    }

    /** The nodes that read a value, in order. */
    public List<Node> consumers(String value) {
        return nodes.stream().filter(node -> node.inputs().contains(value)).toList();
    }

    /** Nodes with weights, in order. */
    public List<Node> weightedNodes() {
        return nodes.stream()
                .filter(node -> node.operator().weighted().isPresent())
                .collect(Collectors.toUnmodifiableList());
    }

    /** Multiply-accumulates of one inference. */
    public long macs() {
        return nodes.stream().mapToLong(this::macs).sum();
    }

    /** Multiply-accumulates of one node. */
    public long macs(Node node) {
        return node.operator().macs(shape(node.output()));
    }
}
