// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.Node;
import java.util.function.IntFunction;

/** Is told what becomes of each node, in order. */
interface QuantizationObserver {
    void step(Node node, NodeStep step);

    /**
     * Of a node with weights, after its step.
     *
     * @param atBits what it would be with weights of other bits, on the same inputs; to be asked at once
     */
    void layer(Node node, IntFunction<NodeStep> atBits);
}
