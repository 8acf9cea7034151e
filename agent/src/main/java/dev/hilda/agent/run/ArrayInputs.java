// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.nio.file.Path;
import java.util.List;

/** A NumPy array of inputs, as the user's own framework gets them. */
record ArrayInputs(Path file) implements RunInputs {
    /** Reads the header: a mistake is told before the long work. */
    @Override
    public void requireFit(TensorShape input, List<NetworkOutput> outputs) {
        DataSets.requireArray(file, input);
    }

    @Override
    public DataSet of(Tensor input) {
        return DataSets.array(file, input);
    }
}
