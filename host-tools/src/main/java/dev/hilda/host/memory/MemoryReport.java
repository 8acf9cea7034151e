// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.host.kernel.Constants;
import dev.hilda.host.kernel.KernelScheme;
import java.util.ArrayList;
import java.util.List;

/**
 * What an integer network takes as packed, before code: kernels may store weights otherwise, the linked image is the
 * measure.
 *
 * @param layers in the order of execution
 * @param flashBytes weights and parameters of all layers
 * @param ramPeakBytes most bytes alive at one layer: what would be needed if nothing overlapped
 * @param arenaBytes what the planned arena takes, in which results overlap what they are made of
 */
public record MemoryReport(List<LayerMemory> layers, long flashBytes, long ramPeakBytes, long arenaBytes) {
    /**
     * One layer.
     *
     * @param weightBytes see {@link Constants}, as is {@code parameterBytes}
     * @param ramBytes tensors alive while it runs
     * @param scratchBytes see {@link KernelScheme#scratchBytes()}
     */
    public record LayerMemory(String name, long weightBytes, long parameterBytes, long ramBytes, long scratchBytes) {
        public long flashBytes() {
            return weightBytes + parameterBytes;
        }
    }

    public MemoryReport {
        layers = List.copyOf(layers);
    }

    public static MemoryReport of(IntegerNetwork network) {
        ArenaDemand demand = ArenaDemand.of(network);
        List<Lifetime> lifetimes = demand.lifetimes();
        List<LayerMemory> layers = new ArrayList<>();
        for (int step = 0; step < network.layers().size(); step++) {
            int at = step;
            long alive = lifetimes.stream()
                    .filter(lifetime -> lifetime.isAliveAt(at))
                    .mapToLong(Lifetime::bytes)
                    .sum();
            Layer layer = network.layers().get(step);
            KernelScheme scheme = KernelScheme.of(network, layer);
            Constants constants = scheme.constants();
            layers.add(new LayerMemory(
                    layer.name(), constants.weightBytes(), constants.parameterBytes(), alive, scheme.scratchBytes()));
        }
        long flash = layers.stream().mapToLong(LayerMemory::flashBytes).sum();
        long peak = layers.stream().mapToLong(LayerMemory::ramBytes).max().orElse(0);
        return new MemoryReport(layers, flash, peak, ArenaPlanner.plan(demand).arenaBytes());
    }
}
