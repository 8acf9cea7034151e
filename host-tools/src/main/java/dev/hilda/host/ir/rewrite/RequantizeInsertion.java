// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.ResultGrid;
import dev.hilda.host.ir.Rounding;
import java.util.List;

/** Gives operators that move or choose codes but do not scale them their input's quantization, and what follows the output's. */
final class RequantizeInsertion {
    private RequantizeInsertion() {}

    static void apply(Draft draft) {
        if (!draft.isQuantized()) {
            return;
        }
        for (Node node : draft.nodes()) {
            if (node.operator().grid() == ResultGrid.OF_INPUT
                    && !isSame(draft, node.inputs().get(0), node.output())) {
                split(draft, node);
            }
        }
    }

    /** Whether codes of both values mean the same, and each of the first may be one of the second. */
    static boolean isSame(Draft draft, String first, String second) {
        ActivationQuantization one = draft.activation(first);
        ActivationQuantization other = draft.activation(second);
        return one.bits() == other.bits()
                && one.scale() == other.scale()
                && one.zeroPoint() == other.zeroPoint()
                && one.lowest() >= other.lowest()
                && one.highest() <= other.highest();
    }

    private static void split(Draft draft, Node node) {
        String intermediate = draft.newValue(node.output() + "/unscaled");
        ActivationQuantization from = draft.activation(node.inputs().get(0));
        ActivationQuantization to = draft.activation(node.output());
        draft.setActivation(intermediate, from.with(to.rounding()));
        // The tie rule of int8 pooling belongs to the pooling.
        Rounding rounding = to.rounding() == Rounding.FLOOR ? Rounding.FLOOR : Rounding.HALF_UP;
        draft.setActivation(node.output(), to.with(rounding));
        draft.split(
                node,
                intermediate,
                new Node(
                        draft.newNode(node.name() + "/requantize"),
                        new Operator.Requantize(),
                        List.of(intermediate),
                        node.output()));
    }
}
