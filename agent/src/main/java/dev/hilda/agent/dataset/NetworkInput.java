// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.List;
import java.util.Optional;

/**
 * What a network reads, as far as its file says.
 *
 * @param slots its inputs, in the model's order
 * @param tensors of those, with the codes that real values become; empty for a network of real numbers
 * @param outputs what it makes of a sample, one tensor after the other
 * @param calibratedClipping share of the calibration's values outside of the tensors' ranges; 0 where that is not known
 */
public record NetworkInput(
        List<InputSlot> slots, List<Tensor> tensors, List<NetworkOutput> outputs, double calibratedClipping) {
    public NetworkInput {
        slots = List.copyOf(slots);
        tensors = List.copyOf(tensors);
        outputs = List.copyOf(outputs);
    }

    /** Of a network with one input; else empty. */
    Optional<TensorShape> shape() {
        return slots.size() == 1 ? Optional.of(slots.get(0).shape()) : Optional.empty();
    }

    /** With its codes: of a network with one input of integers; else empty. */
    public Optional<Tensor> tensor() {
        return tensors.size() == 1 ? Optional.of(tensors.get(0)) : Optional.empty();
    }

    /** The real values that the only input tells apart; empty for a network of real numbers or of several inputs. */
    Optional<ValueRange> range() {
        return tensor().map(ValueRange::of);
    }
}
