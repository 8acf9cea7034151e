// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a graph in float32. Holds no more activations than those that later nodes of the same batch still read. */
public final class FloatExecutor {
    private final Graph graph;
    private final Map<String, Integer> lastReaders = new HashMap<>();

    public FloatExecutor(Graph graph) {
        this.graph = graph;
        for (int index = 0; index < graph.nodes().size(); index++) {
            for (String input : graph.nodes().get(index).inputs()) {
                lastReaders.put(input, index);
            }
        }
    }

    /**
     * Runs a batch and returns the activations of the graph's output.
     *
     * @param images in the graph's input shape
     * @param visitor sees every value
     */
    public Batch run(Batch images, ActivationVisitor visitor) {
        if (!images.shape().equals(graph.inputShape())) {
            throw new GraphException("expected images of " + graph.inputShape() + ", got " + images.shape());
        }
        Map<String, Batch> alive = new HashMap<>();
        alive.put(graph.input(), images);
        visitor.visit(graph.input(), images);
        for (int index = 0; index < graph.nodes().size(); index++) {
            Node node = graph.nodes().get(index);
            List<Batch> inputs =
                    node.inputs().stream().map(name -> of(alive, name)).toList();
            Batch made = FloatOperators.run(node.operator(), inputs);
            visitor.visit(node.output(), made);
            alive.put(node.output(), made);
            int now = index;
            alive.keySet().removeIf(name -> !name.equals(graph.output()) && lastReaders.getOrDefault(name, -1) <= now);
        }
        return of(alive, graph.output());
    }

    private static Batch of(Map<String, Batch> alive, String value) {
        Batch batch = alive.get(value);
        if (batch == null) {
            throw new IllegalStateException(value + " is read after its last reader");
        }
        return batch;
    }
}
