// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Packing;

/** Every tensor of one run, to find the first layer that differs. */
public final class Trace {
    private final IntegerNetwork network;
    private final int[][] tensors;

    Trace(IntegerNetwork network, int[][] tensors) {
        this.network = network;
        this.tensors = tensors;
    }

    public IntegerNetwork network() {
        return network;
    }

    /** A copy of a tensor's codes, in the order height, width, channel. */
    public int[] codes(int tensor) {
        return tensors[tensor].clone();
    }

    /** A tensor's bytes in canonical packing. */
    public byte[] packed(int tensor) {
        return Packing.pack(network.tensors().get(tensor), tensors[tensor]);
    }

    /** The outputs one after the other; codes are widened. */
    public int[] output() {
        return Oracle.outputs(network, tensors);
    }
}
