// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator.Weighted;
import java.util.List;

/**
 * What weights and static parameters take by the published formula.
 *
 * @param nodes with weights; the last one makes the logits
 */
record WeightBytes(List<Node> nodes, QuantizationVariant variant) {
    static WeightBytes of(Graph graph, QuantizationVariant variant) {
        return new WeightBytes(graph.weightedNodes(), variant);
    }

    /** Weights of one node, in bits. */
    long weightBits(int index, int width) {
        return (long) weighted(index).weights().size() * width;
    }

    /** Weights and parameters of one node, in bytes. */
    long bytes(int index, int width, int outputBits) {
        int channels = weighted(index).outputChannels();
        boolean isLast = index == nodes.size() - 1;
        long parameters =
                isLast ? variant.lastLayerStaticBytes(channels) : variant.staticBytes(channels, width, outputBits);
        return (weightBits(index, width) + 7) / 8 + parameters;
    }

    private Weighted weighted(int index) {
        return (Weighted) nodes.get(index).operator();
    }
}
