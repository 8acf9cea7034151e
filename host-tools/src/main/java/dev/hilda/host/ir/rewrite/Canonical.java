// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.QuantizedGraph;

/**
 * The same network with fewer kinds of operators: only Convolution, Depthwise, Add, Subtract, Multiply, Concatenation, Gather, Interpolate, Elementwise, AveragePool, MaxPool,
 * Softmax, Prelu, Pad where no convolution could take it up, Reshape where it changes the pixel structure, and Requantize where
 * quantizations really differ.
 *
 * <ul>
 *   <li>FullyConnected is a convolution whose kernel is its whole input; Mean is an average pooling over everything.
 *   <li>Reshape that changes nothing, or that only FullyConnected reads, is gone; Gather and Interpolate that take all as it is too.
 *   <li>Pad is padding of the convolutions that read it, when nothing else does.
 *   <li>BatchNorm is the normalization of the weighted node before it (an offset alone is its bias) when that has no
 *       activation and no other reader, else a depthwise convolution of 1×1.
 *   <li>Activate is the activation of the node before it when that has one and no other reader, else a max pooling of 1×1,
 *       which is exact in integers.
 *   <li>Of a quantized graph, Gather, Interpolate, Pad, Reshape, max pooling and average pooling with padding keep the quantization of their
 *       input; a Requantize follows where the output's differs.
 *   <li>What is concatenated has the quantization of the whole. Where it differs, or in a float graph could not be chosen, a
 *       Requantize is before.
 *   <li>Nodes that contribute to no output are gone.
 * </ul>
 *
 * Node and value names that remain are the graph's own; the input and outputs keep theirs.
 */
public final class Canonical {
    private Canonical() {}

    public static Graph of(Graph graph) {
        Draft draft = new Draft(graph);
        rewrite(draft);
        return draft.graph();
    }

    /**
     * Quantizations and codes stay as they are.
     *
     * @throws GraphException naming the node, when a BatchNorm has no quantized weights to become part of
     */
    public static QuantizedGraph of(QuantizedGraph graph) {
        Draft draft = new Draft(graph);
        rewrite(draft);
        return draft.quantizedGraph();
    }

    private static void rewrite(Draft draft) {
        IdentityRemoval.removeUnread(draft);
        NormalizationFolding.apply(draft);
        ActivationFolding.apply(draft);
        WholeInputWindows.replaceMeans(draft);
        RequantizeInsertion.apply(draft);
        IdentityRemoval.apply(draft);
        WholeInputWindows.replaceFullyConnected(draft);
        PadFusion.apply(draft);
        ConcatenationInputs.apply(draft);
    }
}
