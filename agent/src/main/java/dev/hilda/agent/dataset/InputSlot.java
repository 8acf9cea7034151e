// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.List;

/** A tensor that a network reads. */
public record InputSlot(String name, TensorShape shape) {
    /** Those of a network, in the order in which the board receives them. */
    public static List<InputSlot> of(IntegerNetwork network) {
        return of(network.inputTensors());
    }

    /** Without their codes. */
    public static List<InputSlot> of(List<Tensor> inputs) {
        return inputs.stream()
                .map(tensor -> new InputSlot(tensor.name(), tensor.shape()))
                .toList();
    }
}
