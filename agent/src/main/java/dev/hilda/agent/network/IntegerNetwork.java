// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.List;

/**
 * A network that computes with integers only. Consistent by construction: shapes, bits and channel counts of layers and
 * tensors agree, each tensor is written once before it is read.
 *
 * @param layers in the order of execution
 * @param inputs indices of the tensors that the board receives, packed one after the other in this order
 * @param outputs indices of the tensors that the board answers with, one after the other in this order
 */
public record IntegerNetwork(
        String name, List<Tensor> tensors, List<Layer> layers, List<Integer> inputs, List<Integer> outputs) {
    public IntegerNetwork {
        tensors = List.copyOf(tensors);
        layers = List.copyOf(layers);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        NetworkChecks.check(tensors, layers, inputs, outputs);
    }

    /** With one input and one output. */
    public IntegerNetwork(String name, List<Tensor> tensors, List<Layer> layers, int input, int output) {
        this(name, tensors, layers, List.of(input), List.of(output));
    }

    /** The only input. */
    public Tensor inputTensor() {
        Checks.that(inputs.size() == 1, "a network with one input", inputs.size());
        return tensors.get(inputs.get(0));
    }

    /** In the order in which the board receives them. */
    public List<Tensor> inputTensors() {
        return inputs.stream().map(tensors::get).toList();
    }

    /** What the board receives for one inference: all inputs, packed. */
    public int inputBytes() {
        return inputTensors().stream().mapToInt(Tensor::packedBytes).sum();
    }

    /** In the order of the answer. */
    public List<Tensor> outputTensors() {
        return outputs.stream().map(tensors::get).toList();
    }

    /**
     * What an answer stands for.
     *
     * @param answer all outputs, one after the other
     */
    public double[] reals(int[] answer) {
        double[] reals = new double[answer.length];
        int index = 0;
        for (Tensor output : outputTensors()) {
            int end = index + output.shape().elements();
            for (; index < end; index++) {
                reals[index] = output.scale() * ((double) answer[index] - output.zeroPoint());
            }
        }
        return reals;
    }

    /** The only output. */
    public Tensor outputTensor() {
        Checks.that(outputs.size() == 1, "a network with one output", outputs.size());
        return tensors.get(outputs.get(0));
    }

    /** Numbers in an answer: the elements of all outputs. */
    public int answerElements() {
        return outputTensors().stream()
                .mapToInt(output -> output.shape().elements())
                .sum();
    }

    public Tensor inputOf(Layer layer) {
        return tensors.get(layer.inputs().get(0));
    }

    public Tensor outputOf(Layer layer) {
        return tensors.get(layer.output());
    }
}
