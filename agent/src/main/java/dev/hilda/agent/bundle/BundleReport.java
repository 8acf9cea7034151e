// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.bundle;

import java.util.List;
import java.util.Optional;

/**
 * What a network takes, per layer and in total.
 *
 * @param fused in the order of execution
 * @param flashBytes of the whole linked image
 * @param arenaBytes memory for activations, where results overlap what they are made of
 * @param arenaMemory that it lies in, by the name of the board's profile; empty in a bundle that does not say it
 * @param staticRamBytes all RAM that the linker placed, arena and scratch included, stack not
 * @param stackBytes deepest stack that the firmware can need, from its instructions
 */
public record BundleReport(
        List<LayerReport> layers,
        List<FusedLayers> fused,
        long flashBytes,
        long arenaBytes,
        Optional<String> arenaMemory,
        long staticRamBytes,
        long stackBytes) {
    /**
     * One layer.
     *
     * @param weightBits 0 without weights
     * @param macs multiplications with a weight
     * @param flashBytes code and constants of its own
     * @param ramBytes tensors alive while it runs, their overlaps counted twice and those between fused layers whole
     * @param scratchBytes what its kernel works in beside them, in memory that all layers share
     */
    public record LayerReport(
            String name,
            int inputBits,
            int weightBits,
            int outputBits,
            long macs,
            long flashBytes,
            long ramBytes,
            long scratchBytes) {}

    public BundleReport {
        layers = List.copyOf(layers);
        fused = List.copyOf(fused);
    }

    /** The most that is alive at any layer: what the arena would take if nothing overlapped and nothing was fused. */
    public long aliveBytes() {
        return layers.stream().mapToLong(LayerReport::ramBytes).max().orElse(0);
    }

    /** What kernels work in: the most of any layer. */
    public long scratchBytes() {
        return layers.stream().mapToLong(LayerReport::scratchBytes).max().orElse(0);
    }

    public long macs() {
        return layers.stream().mapToLong(LayerReport::macs).sum();
    }
}
