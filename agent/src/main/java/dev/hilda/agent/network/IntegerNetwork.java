// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.List;

/**
 * A network that computes with integers only. Consistent by construction: shapes, bits and channel counts of layers and
 * tensors agree, each tensor is written once before it is read.
 *
 * @param layers in the order of execution
 * @param input index of the tensor that the board receives
 * @param output index of the tensor that the board answers with
 */
public record IntegerNetwork(String name, List<Tensor> tensors, List<Layer> layers, int input, int output) {
    public IntegerNetwork {
        tensors = List.copyOf(tensors);
        layers = List.copyOf(layers);
        NetworkChecks.check(tensors, layers, input, output);
    }

    public Tensor inputTensor() {
        return tensors.get(input);
    }

    public Tensor outputTensor() {
        return tensors.get(output);
    }

    public Tensor inputOf(Layer layer) {
        return tensors.get(layer.inputs().get(0));
    }

    public Tensor outputOf(Layer layer) {
        return tensors.get(layer.output());
    }
}
