// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.OptionalLong;

/** Pseudo-random inputs, which fit every network. */
record SeededInputs(long value, int count) implements RunInputs {
    @Override
    public void requireFit(List<InputSlot> inputs, List<NetworkOutput> outputs) {
        // Drawn for the inputs that there are.
    }

    @Override
    public DataSet of(List<Tensor> inputs) {
        return DataSets.seeded(inputs, value, count);
    }

    @Override
    public OptionalLong seed() {
        return OptionalLong.of(value);
    }
}
