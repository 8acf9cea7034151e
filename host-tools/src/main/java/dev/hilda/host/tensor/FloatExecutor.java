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
     * {@link #run(Map, ActivationVisitor)} of a graph with one input.
     *
     * @param images in the graph's input shape
     */
    public Batch run(Batch images, ActivationVisitor visitor) {
        return run(Map.of(graph.input(), images), visitor);
    }

    /**
     * Runs a batch and returns the activations of the graph's first output.
     *
     * @param images for each input, in its shape, by its name
     * @param visitor sees every value
     */
    public Batch run(Map<String, Batch> images, ActivationVisitor visitor) {
        Map<String, Batch> alive = new HashMap<>(images);
        for (String input : graph.inputs()) {
            Batch given = of(alive, input);
            if (!given.shape().equals(graph.shape(input))) {
                throw new GraphException("expected images of " + graph.shape(input) + ", got " + given.shape());
            }
            visitor.visit(input, given);
        }
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
