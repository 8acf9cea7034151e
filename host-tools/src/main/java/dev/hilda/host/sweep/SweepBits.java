// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.TiedValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bits of weights and activations, the same in all layers but the first and the last, whose weights keep 8 where told. */
public enum SweepBits {
    W8A8("W8A8", 8, 8, true),
    W4A8("W4A8", 4, 8, true),
    W4A4("W4A4", 4, 4, true),
    W2A4("W2A4", 2, 4, true),
    W2A2("W2A2", 2, 2, true),
    W4A4_THROUGHOUT("W4A4 throughout", 4, 4, false);

    private static final int MOST = 8;

    private final String label;
    private final int weights;
    private final int activations;
    private final boolean keepsEnds;

    SweepBits(String label, int weights, int activations, boolean keepsEnds) {
        this.label = label;
        this.weights = weights;
        this.activations = activations;
        this.keepsEnds = keepsEnds;
    }

    /** As tables say it. */
    public String label() {
        return label;
    }

    /** Of every layer. The network's input, its answer and what is tied to them keep 8 bits. */
    Overrides overrides(Graph graph) {
        List<Node> nodes = graph.weightedNodes();
        Map<String, Integer> ofWeights = new LinkedHashMap<>();
        for (int index = 0; index < nodes.size(); index++) {
            boolean isEnd = index == 0 || index == nodes.size() - 1;
            ofWeights.put(nodes.get(index).name(), keepsEnds && isEnd ? MOST : weights);
        }
        TiedValues tied = new TiedValues(graph);
        Map<String, Integer> ofValues = new LinkedHashMap<>();
        graph.values().stream()
                .filter(value -> !tied.isUncut(tied.group(value)))
                .forEach(value -> ofValues.put(value, activations));
        return new Overrides(ofWeights, ofValues);
    }
}
