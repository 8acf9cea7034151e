package dev.hilda.host.memory;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.SoftmaxLayer;
import dev.hilda.agent.network.WeightCodes;
import java.util.ArrayList;
import java.util.List;

/**
 * What an integer network takes as packed, before code: kernels may store weights otherwise, the linked image is the
 * measure.
 *
 * @param layers in the order of execution
 * @param flashBytes weights and parameters of all layers
 * @param ramPeakBytes most bytes alive at one layer
 * @param arenaBytes what the planned arena takes
 */
public record MemoryReport(List<LayerMemory> layers, long flashBytes, long ramPeakBytes, long arenaBytes) {
    /**
     * One layer.
     *
     * @param weightBytes codes packed without gaps
     * @param parameterBytes biases, multipliers and tables of int32, a byte for each channel's zero point
     * @param ramBytes tensors alive while it runs
     * @param scratchBytes see {@link KernelScratch}
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
        List<Lifetime> lifetimes = Liveness.of(network);
        List<LayerMemory> layers = new ArrayList<>();
        for (int step = 0; step < network.layers().size(); step++) {
            int at = step;
            long alive = lifetimes.stream()
                    .filter(lifetime -> lifetime.isAliveAt(at))
                    .mapToLong(Lifetime::bytes)
                    .sum();
            Layer layer = network.layers().get(step);
            layers.add(layer(layer, alive, KernelScratch.bytes(network, layer)));
        }
        long flash = layers.stream().mapToLong(LayerMemory::flashBytes).sum();
        long peak = layers.stream().mapToLong(LayerMemory::ramBytes).max().orElse(0);
        return new MemoryReport(
                layers, flash, peak, ArenaPlanner.plan(lifetimes).arenaBytes());
    }

    private static LayerMemory layer(Layer layer, long ramBytes, long scratchBytes) {
        if (layer instanceof ConvolutionLayer convolution) {
            WeightCodes weights = convolution.weights();
            long parameters = parameterBytes(weights, convolution.bias(), convolution.requantization());
            return new LayerMemory(layer.name(), packedBytes(weights), parameters, ramBytes, scratchBytes);
        }
        if (layer instanceof DepthwiseLayer depthwise) {
            WeightCodes weights = depthwise.weights();
            long parameters = parameterBytes(weights, depthwise.bias(), depthwise.requantization());
            return new LayerMemory(layer.name(), packedBytes(weights), parameters, ramBytes, scratchBytes);
        }
        long table = layer instanceof SoftmaxLayer softmax
                ? (long) Integer.BYTES * softmax.exponentials().size()
                : 0;
        return new LayerMemory(layer.name(), 0, table, ramBytes, scratchBytes);
    }

    private static long packedBytes(WeightCodes weights) {
        return ((long) weights.count() * weights.bits() + 7) / 8;
    }

    private static long parameterBytes(WeightCodes weights, Ints bias, Requantization requantization) {
        long words = (long) bias.size() + requantization.multipliers().size();
        return Integer.BYTES * words + weights.outputChannels();
    }
}
