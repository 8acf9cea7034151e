// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.IntegerNetwork;

/**
 * How a network uses memory.
 *
 * @param fusion which layers are fused
 * @param arena where tensors lie, and the buffers of those between fused layers
 */
public record NetworkPlan(Fusion fusion, ArenaPlan arena) {
    /** With these layers fused. */
    public static NetworkPlan of(LayerSequence layers, Fusion fusion) {
        return new NetworkPlan(fusion, ArenaPlanner.plan(ArenaDemand.of(layers, fusion)));
    }

    /** With nothing fused. */
    public static NetworkPlan unfused(IntegerNetwork network) {
        return of(LayerSequence.of(network), Fusion.NONE);
    }
}
