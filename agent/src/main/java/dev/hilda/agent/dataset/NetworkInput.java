// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.Optional;

/**
 * What a network reads, as far as its file says.
 *
 * @param tensor with the codes that real values become; empty for a network of real numbers
 * @param outputs how many numbers it makes of a sample
 */
public record NetworkInput(TensorShape shape, Optional<Tensor> tensor, int outputs) {
    /** The real values that the network tells apart; empty for a network of real numbers. */
    Optional<ValueRange> range() {
        return tensor.map(ValueRange::of);
    }
}
