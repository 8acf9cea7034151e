// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.List;

/** Operators over all of their input as operators with a window of that size. */
final class WholeInputWindows {
    private WholeInputWindows() {}

    static void replaceMeans(Draft draft) {
        for (Node node : draft.nodes()) {
            if (node.operator() instanceof Operator.Mean) {
                draft.setOperator(node, new Operator.AveragePool(over(input(draft, node)), Activation.NONE));
            }
        }
    }

    /** Weights O,I are weights O,height,width,channel as they stand. */
    static void replaceFullyConnected(Draft draft) {
        for (Node node : draft.nodes()) {
            if (node.operator() instanceof Operator.FullyConnected dense) {
                TensorShape input = input(draft, node);
                List<Integer> shape = List.of(dense.outputChannels(), input.height(), input.width(), input.channels());
                draft.setOperator(
                        node,
                        new Operator.Convolution(
                                over(input),
                                new FloatTensor(shape, dense.weights().toArray()),
                                dense.bias(),
                                dense.normalization(),
                                dense.activation()));
            }
        }
    }

    private static TensorShape input(Draft draft, Node node) {
        return draft.shape(node.inputs().get(0));
    }

    private static Window over(TensorShape input) {
        return Window.of(input.height(), input.width());
    }
}
