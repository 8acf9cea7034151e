// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.List;

/** What a network answers with before probabilities are made of it. */
public final class Logits {
    private Logits() {}

    /** The graph without what keeps the order of its answers: Softmax of one pixel, Reshape and Requantize at its end. */
    public static Graph of(Graph canonical) {
        Node last = canonical.producer(canonical.output()).orElse(null);
        if (last == null || canonical.nodes().size() == 1 || !isDispensable(canonical, last)) {
            return canonical;
        }
        List<Node> nodes =
                canonical.nodes().stream().filter(node -> !node.equals(last)).toList();
        return of(new Graph(
                canonical.name(),
                canonical.input(),
                canonical.inputShape(),
                nodes,
                last.inputs().get(0)));
    }

    private static boolean isDispensable(Graph graph, Node last) {
        boolean softmax = last.operator() instanceof Operator.Softmax
                && graph.shape(last.output()).pixels() == 1;
        boolean keepsOrder =
                last.operator() instanceof Operator.Reshape || last.operator() instanceof Operator.Requantize;
        return (softmax || keepsOrder) && isOnlyAnswer(graph);
    }

    /** Whether the answers are sums of products, which stay int32. */
    public static boolean areInt32(Graph canonical) {
        return canonical
                        .producer(canonical.output())
                        .flatMap(node -> node.operator().weighted())
                        .filter(weighted -> weighted.activation() == Activation.NONE)
                        .isPresent()
                && isOnlyAnswer(canonical);
    }

    private static boolean isOnlyAnswer(Graph graph) {
        return graph.consumers(graph.output()).isEmpty();
    }
}
