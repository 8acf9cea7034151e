// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What a network answers with before probabilities are made of it. */
public final class Logits {
    private Logits() {}

    /**
     * The graph without what keeps the order of its answers: Softmax of one pixel, Reshape and Requantize at its ends. Of
     * several outputs each keeps its name, by which data sets call it.
     */
    public static Graph of(Graph canonical) {
        Graph graph = canonical;
        for (int output = 0; output < canonical.outputs().size(); output++) {
            Optional<Graph> shorter = withoutLast(graph, output);
            while (shorter.isPresent()) {
                graph = shorter.get();
                shorter = withoutLast(graph, output);
            }
        }
        return graph;
    }

    /** Without the node that makes an output; empty where it is needed. */
    private static Optional<Graph> withoutLast(Graph graph, int position) {
        String output = graph.outputs().get(position);
        Node last = graph.producer(output).orElse(null);
        if (last == null || graph.nodes().size() == 1 || !isDispensable(graph, last)) {
            return Optional.empty();
        }
        String before = last.inputs().get(0);
        List<Node> nodes = new ArrayList<>(graph.nodes());
        nodes.remove(last);
        if (graph.outputs().size() == 1) {
            return Optional.of(graph.with(nodes, List.of(before)));
        }
        if (graph.isInput(before) || graph.isOutput(before)) {
            return Optional.empty();
        }
        nodes.replaceAll(node -> renamed(node, before, output));
        return Optional.of(graph.with(nodes));
    }

    private static Node renamed(Node node, String from, String to) {
        List<String> inputs = new ArrayList<>(node.inputs());
        Collections.replaceAll(inputs, from, to);
        return new Node(node.name(), node.operator(), inputs, node.output().equals(from) ? to : node.output());
    }

    private static boolean isDispensable(Graph graph, Node last) {
        boolean softmax = last.operator() instanceof Operator.Softmax
                && graph.shape(last.output()).pixels() == 1;
        boolean keepsOrder =
                last.operator() instanceof Operator.Reshape || last.operator() instanceof Operator.Requantize;
        return (softmax || keepsOrder) && graph.consumers(last.output()).isEmpty();
    }

    /** Whether a value is an output that stays int32: sums of products that nothing else reads. */
    public static boolean isInt32(Graph canonical, String value) {
        return canonical.isOutput(value)
                && canonical.consumers(value).isEmpty()
                && canonical
                        .producer(value)
                        .flatMap(node -> node.operator().weighted())
                        .filter(weighted -> weighted.activation() == Activation.NONE)
                        .isPresent();
    }
}
