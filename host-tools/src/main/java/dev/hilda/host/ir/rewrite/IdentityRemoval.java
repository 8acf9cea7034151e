// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.ResultGrid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes nodes whose result is their input. */
final class IdentityRemoval {
    private IdentityRemoval() {}

    static void apply(Draft draft) {
        for (Node before : draft.nodes()) {
            draft.producer(before.output())
                    .filter(node -> isIdentity(draft, node))
                    .ifPresent(node -> remove(draft, node));
        }
    }

    private static boolean isIdentity(Draft draft, Node node) {
        String input = node.inputs().get(0);
        if (node.operator() instanceof Operator.Requantize) {
            return draft.isQuantized()
                    ? RequantizeInsertion.isSame(draft, input, node.output())
                    : !isForConcatenation(draft, node);
        }
        if (node.operator() instanceof Operator.Reshape) {
            return draft.shape(input).equals(draft.shape(node.output())) || isReadInAnyShape(draft, node.output());
        }
        if (node.operator() instanceof Gather gather) {
            return gather.isIdentity(draft.shape(input));
        }
        if (node.operator() instanceof Interpolate interpolate) {
            return interpolate.isIdentity(draft.shape(input));
        }
        return node.operator() instanceof Operator.Pad && draft.shape(input).equals(draft.shape(node.output()));
    }

    private static boolean isForConcatenation(Draft draft, Node node) {
        return !ConcatenationInputs.canTakeAnyGrid(draft, node.inputs().get(0))
                && draft.consumers(node.output()).stream()
                        .anyMatch(reader -> reader.operator().grid() == ResultGrid.FITTED_WITH_INPUTS);
    }

    private static boolean isReadInAnyShape(Draft draft, String value) {
        return !draft.isOutput(value)
                && draft.consumers(value).stream()
                        .allMatch(reader -> reader.operator() instanceof Operator.FullyConnected
                                || reader.operator() instanceof Operator.Reshape);
    }

    private static void remove(Draft draft, Node node) {
        String input = node.inputs().get(0);
        if (!draft.isOutput(node.output())) {
            draft.remove(node);
            draft.readInstead(node.output(), input);
            return;
        }
        if (draft.isOutput(input)) {
            return;
        }
        // The output keeps its name, so whoever makes the input makes the output; nobody makes the graph's input.
        draft.producer(input).ifPresent(producer -> {
            draft.remove(node);
            draft.replace(producer, new Node(producer.name(), producer.operator(), producer.inputs(), node.output()));
            draft.readInstead(input, node.output());
            if (draft.isQuantized()) {
                draft.setActivation(node.output(), draft.activation(input));
            }
        });
    }

    /** Removes nodes that contribute to no output. */
    static void removeUnread(Draft draft) {
        Set<String> read = new HashSet<>();
        List<Node> backwards = new ArrayList<>(draft.nodes());
        Collections.reverse(backwards);
        for (Node node : backwards) {
            if (draft.isOutput(node.output()) || read.contains(node.output())) {
                read.addAll(node.inputs());
            } else {
                draft.remove(node);
            }
        }
    }
}
