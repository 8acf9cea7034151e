// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/** Sums of products with trained weights, requantized. */
public sealed interface WeightedLayer extends UnaryLayer permits ConvolutionLayer, DepthwiseLayer {
    Window window();

    /** The order of the codes is the layer's own. */
    WeightCodes weights();

    /** One int32 per output channel; none with thresholds, in which it is. */
    Ints bias();

    Requantization requantization();

    /** The output channel of the weight at an index of its codes. */
    int outputChannelOf(int index);
}
