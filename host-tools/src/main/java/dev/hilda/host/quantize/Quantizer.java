// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Turns a trained float network into integers with calibration data alone: no labels, no training. */
public final class Quantizer {
    private static final int MOST_BITS = 8;

    private Quantizer() {}

    /** With the bits of an assignment. */
    public static QuantizationResult quantize(
            Graph canonical, CalibrationData data, BitAssignment bits, QuantizeOptions options, StepProgress progress) {
        return quantize(canonical, data, bits.activationBits(), bits.weightBits(), options, progress);
    }

    /**
     * Quantizes a network. The same arguments give the same result.
     *
     * @param canonical see {@link dev.hilda.host.ir.rewrite.Canonical}
     * @param data at least one image; some hundreds are enough
     * @param activationBits 8, 4 or 2 by name of the value. The network's input has 8; an output that stays int32
     *     (see {@link dev.hilda.host.ir.rewrite.Logits}) is not asked for; Pad, Reshape and pooling that keeps the grid have those of their input
     * @param weightBits 8, 4 or 2 by name of the weighted node
     * @throws QuantizationException when the data do not fit the network, or bits are missing
     */
    public static QuantizationResult quantize(
            Graph canonical,
            CalibrationData data,
            Map<String, Integer> activationBits,
            Map<String, Integer> weightBits,
            QuantizeOptions options,
            StepProgress progress) {
        if (data.size() == 0) {
            throw new QuantizationException("there are no calibration images");
        }
        Graph graph = folded(canonical, activationBits, weightBits, options.variant());
        ActivationRanges ranges = ActivationRanges.observe(graph, data, progress);
        return new LayerwiseQuantization(graph, ranges, activationBits, weightBits, options, Optional.empty())
                .run(data, inputGrids(graph, data, options), progress);
    }

    static Map<String, ActivationQuantization> inputGrids(Graph graph, CalibrationData data, QuantizeOptions options) {
        return options.input()
                .map(given -> graph.inputs().stream().collect(Collectors.toMap(input -> input, input -> given)))
                .orElseGet(() -> InputGrids.of(graph, graph.inputs(), data));
    }

    static Graph folded(
            Graph graph,
            Map<String, Integer> activationBits,
            Map<String, Integer> weightBits,
            QuantizationVariant variant) {
        List<Node> nodes = graph.nodes().stream()
                .map(node -> node.operator()
                        .weighted()
                        .filter(weighted -> variant.isFolded(
                                weightBits.getOrDefault(node.name(), MOST_BITS),
                                activationBits.getOrDefault(node.output(), MOST_BITS)))
                        .map(weighted -> new Node(node.name(), weighted.folded(), node.inputs(), node.output()))
                        .orElse(node))
                .toList();
        return graph.with(nodes);
    }
}
