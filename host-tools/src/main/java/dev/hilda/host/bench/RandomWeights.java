// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightQuantization;
import dev.hilda.host.quantize.bits.BitAssignment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Weights of no meaning, at given bits: what a network costs does not depend on what it has learnt. */
public final class RandomWeights {
    private static final double LARGEST_ACTIVATION = 6;
    private static final double LOGIT_SCALE = 1e-4;
    private static final double LEAST_SCALE = 0.01;

    private RandomWeights() {}

    /** Codes over their whole range around a zero point in the middle, and a scale per channel; of a seed. */
    public static QuantizedGraph of(Graph graph, BitAssignment bits, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, ActivationQuantization> activations = new LinkedHashMap<>();
        for (String value : graph.values()) {
            int width = Objects.requireNonNull(bits.activationBits().get(value));
            activations.put(
                    value,
                    graph.outputs().contains(value)
                            ? new ActivationQuantization(Tensor.INT32_BITS, LOGIT_SCALE, 0, Rounding.HALF_UP)
                            : new ActivationQuantization(
                                    width, LARGEST_ACTIVATION / ((1 << width) - 1), 0, Rounding.HALF_UP));
        }
        Map<String, WeightQuantization> weights = new LinkedHashMap<>();
        for (Node node : graph.weightedNodes()) {
            Operator.Weighted operator = (Operator.Weighted) node.operator();
            int width = Objects.requireNonNull(bits.weightBits().get(node.name()));
            byte[] codes = new byte[operator.weights().size()];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = (byte) random.nextInt(1 << width);
            }
            int[] zeroPoints = new int[operator.outputChannels()];
            Arrays.fill(zeroPoints, 1 << (width - 1));
            double[] scales = random.doubles(zeroPoints.length, LEAST_SCALE, 2 * LEAST_SCALE)
                    .toArray();
            weights.put(
                    node.name(),
                    new WeightQuantization(
                            new WeightCodes(width, codes, zeroPoints), scales, Ints.of(new int[zeroPoints.length])));
        }
        return new QuantizedGraph(graph, activations, weights);
    }
}
