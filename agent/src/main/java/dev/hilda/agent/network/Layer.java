// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.List;

/**
 * One step of an integer network. Tensors are named by their index in {@link IntegerNetwork#tensors()}. What is done with
 * every layer is a {@link Visitor}, so that the compiler names each place where a new one is still missing.
 */
public sealed interface Layer permits UnaryLayer, WeightedPair, ProductLayer, ConcatenationLayer {
    /** Unique within its network; as in the model where it has a name. */
    String name();

    /** Indices of the tensors it reads. */
    List<Integer> inputs();

    /** Index of the tensor it writes. */
    int output();

    <R> R accept(Visitor<R> visitor);

    /** One answer for each kind of layer. */
    interface Visitor<R> {
        R convolution(ConvolutionLayer layer);

        R depthwise(DepthwiseLayer layer);

        R add(AddLayer layer);

        R sum(SumLayer layer);

        R product(ProductLayer layer);

        R concatenation(ConcatenationLayer layer);

        R gather(GatherLayer layer);

        R interpolate(InterpolateLayer layer);

        R rescale(RescaleLayer layer);

        R lookup(LookupLayer layer);

        R averagePool(AveragePoolLayer layer);

        R mean(MeanLayer layer);

        R maxPool(MaxPoolLayer layer);

        R pad(PadLayer layer);

        R reshape(ReshapeLayer layer);

        R softmax(SoftmaxLayer layer);

        R prelu(PreluLayer layer);
    }
}
