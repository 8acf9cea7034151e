// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.Operator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a kernel takes of memory, which shapes and bits decide: known of a node before anything is quantized, and the same
 * as that of the layer which the node will be.
 *
 * @param reach see {@link KernelScheme#reach()}
 * @param rows see {@link KernelScheme#rowReads()}
 * @param scratchBytes see {@link KernelScheme#scratchBytes()}
 */
public record KernelOutline(List<Reach> reach, Optional<RowReads> rows, long scratchBytes) {
    public KernelOutline {
        reach = List.copyOf(reach);
    }

    /**
     * Of a node of a canonical graph.
     *
     * @param inputs in the node's order; of their quantization the bits count alone, as of the output's
     * @param weightBits of a weighted node; else any
     */
    public static KernelOutline of(Operator operator, List<Tensor> inputs, Tensor output, int weightBits) {
        return operator.accept(new OutlineChoice(inputs, output, weightBits));
    }

    /** What allows for either of two kernels of a node. */
    public KernelOutline orFarther(KernelOutline other) {
        List<Reach> farther = IntStream.range(0, reach.size())
                .mapToObj(input -> reach.get(input).orFarther(other.reach.get(input)))
                .toList();
        return new KernelOutline(farther, rows, Math.max(scratchBytes, other.scratchBytes));
    }

    /** Of a kernel that works in nothing and on all rows at once. */
    static KernelOutline ofWhole(List<Reach> reach) {
        return new KernelOutline(reach, Optional.empty(), 0);
    }

    /** Of a kernel that works in nothing. */
    static KernelOutline ofRows(List<Reach> reach, RowReads rows) {
        return new KernelOutline(reach, Optional.of(rows), 0);
    }
}
