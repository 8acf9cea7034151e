// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.List;
import java.util.OptionalLong;

/** Pseudo-random inputs, which fit every network. */
record SeededInputs(long value, int count) implements RunInputs {
    @Override
    public void requireFit(TensorShape input, List<NetworkOutput> outputs) {
        // Drawn for the input that there is.
    }

    @Override
    public DataSet of(Tensor input) {
        return DataSets.seeded(input, value, count);
    }

    @Override
    public OptionalLong seed() {
        return OptionalLong.of(value);
    }
}
