// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import java.util.OptionalInt;

/**
 * How well a node's result survives, for people.
 *
 * @param node name
 * @param weightBits of a node with weights
 * @param activationBits of its result; 32 for int32 logits
 * @param signalToNoiseDecibels 10·log10(Σx² / Σ(x − x̂)²) of its result in the float and in the quantized network, the noise
 *     of all nodes before included, on one image in eight, to which this layer was not fitted for the purpose; infinite
 *     where they are equal
 */
public record LayerNoise(String node, OptionalInt weightBits, int activationBits, double signalToNoiseDecibels) {}
