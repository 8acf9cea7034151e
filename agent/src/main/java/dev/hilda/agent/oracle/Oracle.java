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
     * @param packedInput the input tensor's codes in canonical packing, as the board receives them
     * @return the outputs one after the other, each in the order height, width, channel; codes are widened
     * @throws IllegalArgumentException when the input has the wrong length
     */
    public int[] run(byte[] packedInput) {
        return outputs(network, execute(Packing.unpack(network.inputTensor(), packedInput), false));
    }

    /**
     * Runs the network on one input.
     *
     * @param codes one input code per element, in the order height, width, channel
     * @throws IllegalArgumentException when their number or one of them does not fit the input tensor
     */
    public int[] runCodes(int[] codes) {
        return outputs(network, execute(checked(codes), false));
    }

    /** As {@link #run}, and keeps every tensor. */
    public Trace trace(byte[] packedInput) {
        return new Trace(network, execute(Packing.unpack(network.inputTensor(), packedInput), true));
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
        Tensor input = network.inputTensor();
        int highest = (1 << input.bits()) - 1;
        if (codes.length != input.shape().elements()) {
            throw new IllegalArgumentException("expected " + input.shape().elements() + " codes, got " + codes.length);
        }
        for (int code : codes) {
            if (code < 0 || code > highest) {
                throw new IllegalArgumentException("expected codes from 0 to " + highest + ", got " + code);
            }
        }
        return codes.clone();
    }

    private int[][] execute(int[] input, boolean keep) {
        int[][] tensors = new int[network.tensors().size()][];
        tensors[network.input()] = input;
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
