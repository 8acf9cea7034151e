// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Widths of weights while they are being cut. The last weighted node makes the logits. */
final class WeightBits {
    private static final int MOST = 8;
    private static final int LEAST = 2;
    /** δ = 1/20: layers within 5% of all weight bytes of the largest count as equally large; the first of them is cut. */
    private static final long DELTA_DIVISOR = 20;

    private final List<Node> nodes;
    private final WeightBytes sizes;
    private final Map<String, Integer> fixed;
    private final int[] bits;
    private final List<Cut> cuts = new ArrayList<>();

    WeightBits(Graph graph, QuantizationVariant variant, Overrides overrides) {
        overrides.requireWeightedNodes(graph);
        this.sizes = WeightBytes.of(graph, variant);
        this.nodes = sizes.nodes();
        this.fixed = overrides.weights();
        this.bits = nodes.stream()
                .mapToInt(node -> fixed.getOrDefault(node.name(), MOST))
                .toArray();
    }

    /** Cuts until the sum fits or nothing is left to cut. Returns the least sum on the way: what does not exceed it fits. */
    long cutToFit(long roBytes, ActivationBits activations) {
        long least = bytes(activations);
        for (int cut = firstOfTheLargest(); least > roBytes && cut >= 0; cut = firstOfTheLargest()) {
            cuts.add(new Cut(Cut.Kind.WEIGHTS, nodes.get(cut).name(), bits[cut], bits[cut] / 2));
            bits[cut] /= 2;
            least = Math.min(least, bytes(activations));
        }
        return least;
    }

    /** Smallest index with r > R − δ; −1 when nothing can be cut. In whole bits: 20·b > 20·b_max − Σb. */
    private int firstOfTheLargest() {
        long total = 0;
        long largest = -1;
        for (int index = 0; index < bits.length; index++) {
            total += weightBits(index);
            largest = canBeCut(index) ? Math.max(largest, weightBits(index)) : largest;
        }
        for (int index = 0; index < bits.length; index++) {
            if (canBeCut(index) && DELTA_DIVISOR * weightBits(index) > DELTA_DIVISOR * largest - total) {
                return index;
            }
        }
        return -1;
    }

    private boolean canBeCut(int index) {
        return bits[index] > LEAST && !fixed.containsKey(nodes.get(index).name());
    }

    private long weightBits(int index) {
        return sizes.weightBits(index, bits[index]);
    }

    /** Weights and static parameters. */
    long bytes(ActivationBits activations) {
        long sum = 0;
        for (int index = 0; index < bits.length; index++) {
            sum += sizes.bytes(
                    index, bits[index], activations.bits(nodes.get(index).output()));
        }
        return sum;
    }

    /** By name of the node, in the order of the graph. */
    Map<String, Integer> byNode() {
        Map<String, Integer> byNode = new LinkedHashMap<>();
        for (int index = 0; index < bits.length; index++) {
            byNode.put(nodes.get(index).name(), bits[index]);
        }
        return byNode;
    }

    List<Cut> cuts() {
        return List.copyOf(cuts);
    }
}
