// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Packing;
import dev.hilda.agent.network.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Executes an integer network as {@code INTEGER.md} says, to the bit. Prepared once, run often; immutable, so that
 * threads may share it.
 */
public final class Oracle {
    private final IntegerNetwork network;
    private final List<Step> steps;

    /** For each step, the tensors that no later step reads. */
    private final List<List<Integer>> dead;

    private Oracle(IntegerNetwork network) {
        this.network = network;
        this.steps = network.layers().stream()
                .map(layer -> Step.of(layer, network.tensors()))
                .toList();
        this.dead = deadAfter(network);
    }

    public static Oracle of(IntegerNetwork network) {
        return new Oracle(network);
    }

    public IntegerNetwork network() {
        return network;
    }

    /**
     * Runs the network on one input.
     *
     * @param packedInput the input tensors' codes in canonical packing, one tensor after the other, as the board
     *     receives them
     * @return the outputs one after the other, each in the order height, width, channel; codes are widened
     * @throws IllegalArgumentException when the input has the wrong length
     */
    public int[] run(byte[] packedInput) {
        return outputs(network, execute(Packing.unpack(network.inputTensors(), packedInput), false));
    }

    /**
     * Runs the network on one input.
     *
     * @param codes one input code per element, in the order height, width, channel, one input after the other
     * @throws IllegalArgumentException when their number or one of them does not fit the input tensors
     */
    public int[] runCodes(int[] codes) {
        return outputs(network, execute(checked(codes), false));
    }

    /** As {@link #run}, and keeps every tensor. */
    public Trace trace(byte[] packedInput) {
        return new Trace(network, execute(Packing.unpack(network.inputTensors(), packedInput), true));
    }

    /** As {@link #runCodes}, and keeps every tensor. */
    public Trace traceCodes(int[] codes) {
        return new Trace(network, execute(checked(codes), true));
    }

    /**
     * Runs one layer by itself, to compare it with another implementation on that one's inputs.
     *
     * @param tensors codes by the index of their tensor, in the order height, width, channel; those the layer reads are there
     * @return the layer's output
     */
    public int[] runLayer(int layer, int[][] tensors) {
        return steps.get(layer).run(tensors);
    }

    private int[] checked(int[] codes) {
        int elements = network.inputTensors().stream()
                .mapToInt(input -> input.shape().elements())
                .sum();
        if (codes.length != elements) {
            throw new IllegalArgumentException("expected " + elements + " codes, got " + codes.length);
        }
        int index = 0;
        for (Tensor input : network.inputTensors()) {
            int highest = (1 << input.bits()) - 1;
            for (int end = index + input.shape().elements(); index < end; index++) {
                if (codes[index] < 0 || codes[index] > highest) {
                    throw new IllegalArgumentException("expected codes from 0 to " + highest + ", got " + codes[index]);
                }
            }
        }
        return codes;
    }

    private int[][] execute(int[] inputs, boolean keep) {
        int[][] tensors = new int[network.tensors().size()][];
        int read = 0;
        for (int input : network.inputs()) {
            int end = read + network.tensors().get(input).shape().elements();
            tensors[input] = Arrays.copyOfRange(inputs, read, end);
            read = end;
        }
        for (int i = 0; i < steps.size(); i++) {
            Layer layer = network.layers().get(i);
            tensors[layer.output()] = steps.get(i).run(tensors);
            if (!keep) {
                for (int tensor : dead.get(i)) {
                    tensors[tensor] = new int[0];
                }
            }
        }
        return tensors;
    }

    /** What a network answers, of all its tensors' codes. */
    static int[] outputs(IntegerNetwork network, int[][] tensors) {
        return network.outputs().stream()
                .flatMapToInt(output -> Arrays.stream(tensors[output]))
                .toArray();
    }

    private static List<List<Integer>> deadAfter(IntegerNetwork network) {
        int[] lastRead = new int[network.tensors().size()];
        Arrays.fill(lastRead, -1);
        for (int i = 0; i < network.layers().size(); i++) {
            for (int read : network.layers().get(i).inputs()) {
                lastRead[read] = i;
            }
        }
        List<List<Integer>> dead = new ArrayList<>();
        for (int i = 0; i < network.layers().size(); i++) {
            List<Integer> here = new ArrayList<>();
            for (int tensor = 0; tensor < lastRead.length; tensor++) {
                if (lastRead[tensor] == i && !network.outputs().contains(tensor)) {
                    here.add(tensor);
                }
            }
            dead.add(List.copyOf(here));
        }
        return List.copyOf(dead);
    }
}
