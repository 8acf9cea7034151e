// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.List;

/** A layer that reads one tensor. */
public sealed interface UnaryLayer extends Layer
        permits WeightedLayer,
                RescaleLayer,
                LookupLayer,
                GatherLayer,
                InterpolateLayer,
                AveragePoolLayer,
                MeanLayer,
                MaxPoolLayer,
                PadLayer,
                ReshapeLayer,
                SoftmaxLayer,
                PreluLayer {
    /** Index of the tensor it reads. */
    int input();

    @Override
    default List<Integer> inputs() {
        return List.of(input());
    }
}
