// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Small networks with skips, of weights that do not matter. */
final class ResidualGraphs {
    private ResidualGraphs() {}

    /** Convolutions, some followed by another and an Add of both, then logits. */
    static Graph of(Random random, int mostBlocks) {
        List<Node> nodes = new ArrayList<>();
        int channels = 3;
        String value = "x";
        int blocks = 1 + random.nextInt(mostBlocks);
        for (int block = 0; block < blocks; block++) {
            int next = 1 + random.nextInt(40);
            String name = "conv" + block;
            nodes.add(new Node(name, convolution(3, channels, next, Activation.RELU), List.of(value), name + ".y"));
            channels = next;
            value = name + ".y";
            if (random.nextBoolean()) {
                nodes.add(new Node(
                        name + "b", convolution(3, channels, channels, Activation.RELU), List.of(value), name + "b.y"));
                nodes.add(new Node(
                        "add" + block,
                        new Operator.Add(Activation.RELU),
                        List.of(value, name + "b.y"),
                        "add" + block + ".y"));
                value = "add" + block + ".y";
            }
        }
        nodes.add(new Node("logits", convolution(1, channels, 10, Activation.NONE), List.of(value), "y"));
        return new Graph("residual", "x", new TensorShape(9, 7, 3), nodes, "y");
    }

    /** With a window of 3×3; its result has its name and {@code .y}. */
    static Node convolution(String name, String input, int inputs, int outputs) {
        return new Node(name, convolution(3, inputs, outputs, Activation.RELU), List.of(input), name + ".y");
    }

    private static Operator convolution(int kernel, int inputs, int outputs, Activation activation) {
        int pad = kernel / 2;
        return new Operator.Convolution(
                new Window(kernel, kernel, 1, 1, 1, 1, pad, pad, pad, pad),
                new FloatTensor(
                        List.of(outputs, kernel, kernel, inputs), new float[outputs * kernel * kernel * inputs]),
                FloatTensor.vector(new float[outputs]),
                Optional.empty(),
                activation);
    }

    static Sensitivities losses(Graph graph, Random random) {
        Map<String, Map<Integer, Double>> weights = new HashMap<>();
        graph.weightedNodes().forEach(node -> weights.put(node.name(), atFewer(random)));
        Map<String, Map<Integer, Double>> activations = new HashMap<>();
        groups(graph).keySet().forEach(group -> activations.put(group, atFewer(random)));
        return new Sensitivities(weights, activations);
    }

    static Map<Integer, Double> atFewer(Random random) {
        return Map.of(4, random.nextDouble(), 2, 2 * random.nextDouble());
    }

    /** Values that an Add ties, by the first of them; neither input nor logits. */
    static Map<String, Set<String>> groups(Graph graph) {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (graph.isOutput(node.output())) {
                continue;
            }
            if (node.operator() instanceof Operator.Add) {
                Set<String> joined = new LinkedHashSet<>();
                node.inputs()
                        .forEach(input ->
                                groups.values().removeIf(group -> group.contains(input) && joined.addAll(group)));
                joined.add(node.output());
                groups.put(joined.iterator().next(), joined);
            } else {
                groups.put(node.output(), new LinkedHashSet<>(Set.of(node.output())));
            }
        }
        return groups;
    }
}
