// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.Optional;

/** Makes Activate part of the node before it, else a max pooling of 1×1. */
final class ActivationFolding {
    private ActivationFolding() {}

    static void apply(Draft draft) {
        for (Node node : draft.nodes()) {
            if (node.operator() instanceof Operator.Activate activate) {
                fold(draft, node, activate.activation());
            }
        }
    }

    private static void fold(Draft draft, Node node, Activation activation) {
        String input = node.inputs().get(0);
        Optional<Node> producer = draft.producer(input).filter(made -> draft.hasOneReader(input));
        Optional<Operator> activated = producer.flatMap(made -> with(made.operator(), activation));
        if (producer.isPresent() && activated.isPresent()) {
            Node before = producer.get();
            draft.remove(node);
            draft.replace(before, new Node(before.name(), activated.get(), before.inputs(), node.output()));
            if (draft.isQuantized()) {
                keepRounding(draft, before.output(), node.output());
            }
        } else {
            draft.setOperator(node, new Operator.MaxPool(Window.of(1, 1), activation));
        }
    }

    /** How a value is rounded belongs to the node that makes it, and that is now the one before. */
    private static void keepRounding(Draft draft, String from, String to) {
        draft.setActivation(to, draft.activation(to).with(draft.activation(from).rounding()));
    }

    private static Optional<Operator> with(Operator operator, Activation outer) {
        return operator instanceof Operator.Activated activated
                ? Optional.of(activated.with(compose(outer, activated.activation())))
                : Optional.empty();
    }

    /** The narrower one: each of NONE, RELU, RELU6 lies within those before it. */
    static Activation compose(Activation outer, Activation inner) {
        return outer.compareTo(inner) > 0 ? outer : inner;
    }
}
