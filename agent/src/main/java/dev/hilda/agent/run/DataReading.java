// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.InputShares;
import dev.hilda.agent.dataset.InputTallies;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A data set that was read once before a run.
 *
 * @param sha256 as {@link DataSet#readableSha256()} says
 * @param inputs how the network's inputs hold the values; empty where no sample can be read
 */
public record DataReading(DataSet dataSet, String sha256, Optional<InputShares> inputs) {
    /** Reads a set whose samples have the inputs' numbers of elements. */
    public static DataReading of(DataSet dataSet, List<Tensor> inputs) {
        InputTallies tally = new InputTallies(inputs);
        int[] readable = {0};
        String sha256 = dataSet.readableSha256(sample -> {
            tally.add(sample);
            readable[0]++;
        });
        return new DataReading(dataSet, sha256, readable[0] == 0 ? Optional.empty() : Optional.of(tally.shares()));
    }
}
