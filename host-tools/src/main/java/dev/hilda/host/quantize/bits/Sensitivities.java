// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import java.util.Map;
import java.util.Objects;

/**
 * What it costs a network to have single tensors at fewer bits: Ω(t, q), the mean divergence KL(self ‖ self with only t at q
 * bits) over inputs, in nats, where self has 8 bits throughout. At 8 bits a tensor costs nothing.
 *
 * @param weights by name of the weighted node, then by bits: 4 and 2
 * @param activations by name of the group ({@link TiedValues}), all values of which are cut at once, then by bits: 4 and 2
 */
public record Sensitivities(Map<String, Map<Integer, Double>> weights, Map<String, Map<Integer, Double>> activations) {
    private static final int MOST_BITS = 8;

    public Sensitivities {
        weights = Map.copyOf(weights);
        activations = Map.copyOf(activations);
    }

    public double ofWeights(String node, int bits) {
        return of(weights, node, bits);
    }

    public double ofActivation(String group, int bits) {
        return of(activations, group, bits);
    }

    private static double of(Map<String, Map<Integer, Double>> losses, String name, int bits) {
        if (bits == MOST_BITS) {
            return 0;
        }
        return Objects.requireNonNull(
                losses.getOrDefault(name, Map.of()).get(bits), () -> name + " was not measured at " + bits + " bits");
    }
}
