// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.TensorShape;
import java.util.List;

/** A tensor that a network answers with. */
public record NetworkOutput(String name, TensorShape shape) {
    /** Those of a network, in the order of its answer. */
    public static List<NetworkOutput> of(IntegerNetwork network) {
        return network.outputTensors().stream()
                .map(tensor -> new NetworkOutput(tensor.name(), tensor.shape()))
                .toList();
    }
}
