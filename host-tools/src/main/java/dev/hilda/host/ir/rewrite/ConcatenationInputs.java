// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.ResultGrid;
import java.util.List;

/**
 * Gives what is concatenated the quantization of the whole. In a quantized graph a Requantize makes it where it differs; in
 * a float graph where it could not be chosen: for values that others read too, or that have the quantization of what they
 * are made from.
 */
final class ConcatenationInputs {
    private ConcatenationInputs() {}

    static void apply(Draft draft) {
        for (Node before : draft.nodes()) {
            if (before.operator().grid() == ResultGrid.FITTED_WITH_INPUTS) {
                for (int position = 0; position < before.inputs().size(); position++) {
                    Node node = draft.producer(before.output()).orElseThrow();
                    if (!hasGridOf(draft, node.inputs().get(position), node.output())) {
                        requantize(draft, node, position);
                    }
                }
            }
        }
    }

    private static boolean hasGridOf(Draft draft, String input, String whole) {
        return draft.isQuantized() ? RequantizeInsertion.isSame(draft, input, whole) : canTakeAnyGrid(draft, input);
    }

    /** Whether a value's grid matters to one reader alone and is not that of another value. */
    static boolean canTakeAnyGrid(Draft draft, String value) {
        return draft.hasOneReader(value)
                && draft.producer(value)
                        .map(node -> node.operator().grid())
                        .filter(grid -> grid == ResultGrid.FITTED || grid == ResultGrid.FITTED_TO_ONE_WIDTH)
                        .isPresent();
    }

    private static void requantize(Draft draft, Node node, int position) {
        String part = draft.newValue(node.output() + "/part" + position);
        if (draft.isQuantized()) {
            ActivationQuantization whole = draft.activation(node.output());
            draft.setActivation(part, whole);
        }
        draft.readThrough(
                node,
                position,
                new Node(
                        draft.newNode(node.name() + "/requantize" + position),
                        new Operator.Requantize(),
                        List.of(node.inputs().get(position)),
                        part));
    }
}
