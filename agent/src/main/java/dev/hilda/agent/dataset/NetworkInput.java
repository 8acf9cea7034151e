// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.List;
import java.util.Optional;

/**
 * What a network reads, as far as its file says.
 *
 * @param tensor with the codes that real values become; empty for a network of real numbers
 * @param outputs what it makes of a sample, one tensor after the other
 * @param calibratedClipping share of the calibration's values outside of the tensor's range; 0 where that is not known
 */
public record NetworkInput(
        TensorShape shape, Optional<Tensor> tensor, List<NetworkOutput> outputs, double calibratedClipping) {
    public NetworkInput {
        outputs = List.copyOf(outputs);
    }

    /** The real values that the network tells apart; empty for a network of real numbers. */
    Optional<ValueRange> range() {
        return tensor.map(ValueRange::of);
    }
}
