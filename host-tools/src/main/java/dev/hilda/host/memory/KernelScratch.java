package dev.hilda.host.memory;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.WeightCodes;

/** Bytes that a layer's kernel works in beside its tensors; {@code kernels/} asks for them as lanes of 16 bits. */
public final class KernelScratch {
    private static final int WORD_BITS = 32;
    /** Output channels that a depthwise kernel computes at a time. */
    public static final int QUAD = 4;

    private KernelScratch() {}

    /** Of the layer that needs most: layers run one after the other. */
    public static long bytes(IntegerNetwork network) {
        return network.layers().stream()
                .mapToLong(layer -> bytes(network, layer))
                .max()
                .orElse(0);
    }

    /** 0 for a layer without weights. */
    public static long bytes(IntegerNetwork network, Layer layer) {
        if (layer instanceof ConvolutionLayer convolution) {
            int columns = Math.min(2, network.outputOf(layer).shape().width());
            return columns * columnLanes(convolution.weights()) * Short.BYTES;
        }
        if (layer instanceof DepthwiseLayer depthwise) {
            WeightCodes weights = depthwise.weights();
            return (long) quads(weights.outputChannels())
                    * QUAD
                    * depthwise.window().taps()
                    * Short.BYTES;
        }
        return 0;
    }

    /** Of so many channels, the last filled up. */
    public static int quads(int channels) {
        return (channels + QUAD - 1) / QUAD;
    }

    /** The window under one output pixel: as many lanes as the words of a channel's weights have codes. */
    private static long columnLanes(WeightCodes weights) {
        long codesPerWord = WORD_BITS / weights.bits();
        long perChannel = weights.count() / weights.outputChannels();
        return (perChannel + codesPerWord - 1) / codesPerWord * codesPerWord;
    }
}
