// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Makes Pad part of the convolutions that read it: both put real zeros around the input. */
final class PadFusion {
    private PadFusion() {}

    static void apply(Draft draft) {
        // From the end: a Pad whose reader has become padding of a convolution can follow it.
        List<Node> backwards = new ArrayList<>(draft.nodes());
        Collections.reverse(backwards);
        for (Node before : backwards) {
            if (before.operator() instanceof Operator.Pad pad) {
                draft.producer(before.output()).ifPresent(node -> fuse(draft, node, pad));
            }
        }
    }

    private static void fuse(Draft draft, Node node, Operator.Pad pad) {
        List<Node> readers = draft.consumers(node.output());
        boolean allTakeIt =
                readers.stream().allMatch(reader -> with(reader.operator(), pad).isPresent());
        if (!allTakeIt || draft.isOutput(node.output())) {
            return;
        }
        for (Node reader : readers) {
            draft.setOperator(reader, with(reader.operator(), pad).orElseThrow());
        }
        draft.remove(node);
        draft.readInstead(node.output(), node.inputs().get(0));
    }

    private static Optional<Operator> with(Operator operator, Operator.Pad pad) {
        return operator instanceof Operator.Convolving convolving && isWithinBounds(convolving.window(), pad)
                ? Optional.of(convolving.with(wider(convolving.window(), pad)))
                : Optional.empty();
    }

    private static boolean isWithinBounds(Window window, Operator.Pad pad) {
        return Math.max(window.padTop() + pad.top(), window.padBottom() + pad.bottom()) <= Window.MAX_EXTENT
                && Math.max(window.padLeft() + pad.left(), window.padRight() + pad.right()) <= Window.MAX_EXTENT;
    }

    private static Window wider(Window window, Operator.Pad pad) {
        return window.withPadding(
                window.padTop() + pad.top(),
                window.padBottom() + pad.bottom(),
                window.padLeft() + pad.left(),
                window.padRight() + pad.right());
    }
}
