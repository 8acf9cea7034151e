// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.host.ir.Graph;
import java.util.List;

/** What the network of a model will read and answer with. */
public final class ModelInterface {
    private ModelInterface() {}

    /** In the model's order. */
    public static List<InputSlot> inputs(Graph graph) {
        return graph.inputs().stream()
                .map(input -> new InputSlot(input, graph.shape(input)))
                .toList();
    }

    /** In the model's order. */
    public static List<NetworkOutput> outputs(Graph graph) {
        return graph.outputs().stream()
                .map(output -> new NetworkOutput(output, graph.shape(output)))
                .toList();
    }
}
