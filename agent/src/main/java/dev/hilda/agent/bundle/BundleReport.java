package dev.hilda.agent.bundle;

import java.util.List;

/**
 * What a network takes, per layer and in total.
 *
 * @param flashBytes of the whole linked image
 * @param arenaBytes memory for activations
 * @param staticRamBytes all RAM that the linker placed, arena included, stack not
 * @param stackBytes deepest stack known when the firmware was built; 0 when it is not known
 */
public record BundleReport(
        List<LayerReport> layers, long flashBytes, long arenaBytes, long staticRamBytes, long stackBytes) {
    /**
     * One layer.
     *
     * @param weightBits 0 without weights
     * @param macs multiplications with a weight
     * @param flashBytes code and constants of its own
     * @param ramBytes tensors alive while it runs
     */
    public record LayerReport(
            String name, int inputBits, int weightBits, int outputBits, long macs, long flashBytes, long ramBytes) {}

    public BundleReport {
        layers = List.copyOf(layers);
    }

    public long macs() {
        return layers.stream().mapToLong(LayerReport::macs).sum();
    }
}
