// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.List;

/** A layer that adds two tensors, each times a whole number: {@link AddLayer} or {@link SumLayer}. */
public sealed interface WeightedPair extends Layer permits AddLayer, SumLayer {
    int first();

    int second();

    int firstMultiplier();

    int secondMultiplier();

    int addend();

    int rightShift();

    int low();

    int high();

    @Override
    default List<Integer> inputs() {
        return List.of(first(), second());
    }
}
