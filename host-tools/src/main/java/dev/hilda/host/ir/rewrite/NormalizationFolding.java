// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.List;
import java.util.Optional;

/** Makes BatchNorm part of the weighted node before it, else a depthwise convolution. */
final class NormalizationFolding {
    private NormalizationFolding() {}

    static void apply(Draft draft) {
        for (Node node : draft.nodes()) {
            if (node.operator() instanceof Operator.BatchNorm batchNorm) {
                if (draft.isQuantized()) {
                    throw new GraphException("node " + node.name()
                            + ": expected batch normalization inside a convolution of a quantized graph");
                }
                fold(draft, node, batchNorm.normalization());
            }
        }
    }

    private static void fold(Draft draft, Node node, ChannelNormalization normalization) {
        String input = node.inputs().get(0);
        Optional<Node> producer = draft.producer(input).filter(made -> draft.hasOneReader(input));
        if (producer.isPresent()
                && producer.get().operator() instanceof Operator.Weighted weighted
                && weighted.activation() == Activation.NONE) {
            Node before = producer.get();
            draft.remove(node);
            draft.replace(
                    before, new Node(before.name(), with(weighted, normalization), before.inputs(), node.output()));
        } else {
            draft.setOperator(node, depthwise(normalization));
        }
    }

    static Operator.Weighted with(Operator.Weighted weighted, ChannelNormalization outer) {
        Optional<ChannelNormalization> inner = weighted.normalization();
        if (inner.isEmpty() && isOne(outer.gain())) {
            return weighted.with(
                    weighted.weights(), sum(weighted.bias(), outer.offset()), inner, weighted.activation());
        }
        ChannelNormalization both = inner.map(given -> compose(outer, given)).orElse(outer);
        return weighted.with(weighted.weights(), weighted.bias(), Optional.of(both), weighted.activation());
    }

    private static boolean isOne(FloatTensor gain) {
        for (int channel = 0; channel < gain.size(); channel++) {
            if (gain.get(channel) != 1) {
                return false;
            }
        }
        return true;
    }

    private static FloatTensor sum(FloatTensor first, FloatTensor second) {
        float[] sum = first.toArray();
        for (int channel = 0; channel < sum.length; channel++) {
            sum[channel] += second.get(channel);
        }
        return FloatTensor.vector(sum);
    }

    /** outer(inner(x)) = g₂·(g₁·x + o₁) + o₂. */
    static ChannelNormalization compose(ChannelNormalization outer, ChannelNormalization inner) {
        float[] gain = inner.gain().toArray();
        float[] offset = inner.offset().toArray();
        for (int channel = 0; channel < gain.length; channel++) {
            float factor = outer.gain().get(channel);
            gain[channel] *= factor;
            offset[channel] = factor * offset[channel] + outer.offset().get(channel);
        }
        return new ChannelNormalization(FloatTensor.vector(gain), FloatTensor.vector(offset));
    }

    private static Operator depthwise(ChannelNormalization normalization) {
        FloatTensor gain = normalization.gain();
        return new Operator.Depthwise(
                Window.of(1, 1),
                new FloatTensor(List.of(1, 1, gain.size()), gain.toArray()),
                normalization.offset(),
                Optional.empty(),
                Activation.NONE);
    }
}
