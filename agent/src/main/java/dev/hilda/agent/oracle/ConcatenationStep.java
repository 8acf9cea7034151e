// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.ConcatenationLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.List;

/** Runs of neighbouring codes, one of each input in turn. */
final class ConcatenationStep {
    private final ConcatenationLayer layer;
    private final int elements;
    private final int runs;

    ConcatenationStep(ConcatenationLayer layer, List<Tensor> tensors) {
        TensorShape output = tensors.get(layer.output()).shape();
        this.layer = layer;
        this.elements = output.elements();
        this.runs = switch (layer.axis()) {
            case HEIGHT -> 1;
            case WIDTH -> output.height();
            case CHANNEL -> output.pixels();
        };
    }

    int[] run(int[][] values) {
        int[] result = new int[elements];
        int filled = 0;
        for (int run = 0; run < runs; run++) {
            for (int input : layer.inputs()) {
                int[] codes = values[input];
                int length = codes.length / runs;
                System.arraycopy(codes, run * length, result, filled, length);
                filled += length;
            }
        }
        return result;
    }
}
