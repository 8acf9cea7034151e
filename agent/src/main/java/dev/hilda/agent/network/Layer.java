package dev.hilda.agent.network;

import java.util.List;

/** One step of an integer network. Tensors are named by their index in {@link IntegerNetwork#tensors()}. */
public sealed interface Layer
        permits ConvolutionLayer,
                DepthwiseLayer,
                AddLayer,
                RescaleLayer,
                AveragePoolLayer,
                MaxPoolLayer,
                PadLayer,
                ReshapeLayer,
                SoftmaxLayer {
    /** Unique within its network; as in the model where it has a name. */
    String name();

    /** Indices of the tensors it reads. */
    List<Integer> inputs();

    /** Index of the tensor it writes. */
    int output();
}
