// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.ResultGrid;
import dev.hilda.host.ir.WeightGrid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nodes and values of the graph so far, with what the file says of their quantization. */
final class GraphDraft {
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, TensorShape> inputs = new LinkedHashMap<>();
    private final Map<String, TensorShape> shapes = new HashMap<>();
    /** A value under another shape, by both. */
    private final Map<String, String> views = new HashMap<>();

    private final Map<String, ActivationQuantization> grids = new HashMap<>();
    private final Map<String, WeightGrid> weights = new HashMap<>();

    void addInput(String name, TensorShape shape) {
        inputs.put(name, shape);
        shapes.put(name, shape);
    }

    /** Adds a node and returns the value it makes, of this name unless there is one. */
    String add(String wanted, Operator operator, List<String> read) {
        String name = wanted;
        while (shapes.containsKey(name)) {
            name += "'";
        }
        Node node = new Node(name, operator, read, name);
        shapes.put(name, operator.outputShape(read.stream().map(this::shape).toList()));
        nodes.add(node);
        return name;
    }

    /** A weighted node. */
    String add(String wanted, Operator.Weighted operator, Weights given, String read) {
        String name = add(wanted, operator, List.of(read));
        given.grid().ifPresent(grid -> weights.put(name, grid));
        return name;
    }

    /** The value under another shape of as many elements. */
    String viewed(String value, TensorShape shape) {
        if (shape(value).equals(shape)) {
            return value;
        }
        return views.computeIfAbsent(
                value + " " + shape, key -> add(value + "/" + shape, new Operator.Reshape(shape), List.of(value)));
    }

    TensorShape shape(String value) {
        TensorShape shape = shapes.get(value);
        if (shape == null) {
            throw new GraphException(value + " is read before it is made");
        }
        return shape;
    }

    boolean isProbability(String value) {
        return nodes.stream()
                .anyMatch(node -> node.output().equals(value) && node.operator().grid() == ResultGrid.PROBABILITIES);
    }

    Map<String, TensorShape> inputs() {
        return inputs;
    }

    List<Node> nodes() {
        return nodes;
    }

    Optional<ActivationQuantization> grid(String value) {
        return Optional.ofNullable(grids.get(value));
    }

    void setGrid(String value, ActivationQuantization grid) {
        grids.put(value, grid);
    }

    boolean isQuantized() {
        return !grids.isEmpty();
    }

    Map<String, ActivationQuantization> grids() {
        return grids;
    }

    Map<String, WeightGrid> weights() {
        return weights;
    }
}
