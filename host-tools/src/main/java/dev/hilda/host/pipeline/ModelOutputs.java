// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.host.ir.Graph;
import java.util.List;

/** What the network of a model will answer with. */
public final class ModelOutputs {
    private ModelOutputs() {}

    /** In the model's order. */
    public static List<NetworkOutput> of(Graph graph) {
        return graph.outputs().stream()
                .map(output -> new NetworkOutput(output, graph.shape(output)))
                .toList();
    }
}
