// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.session.DataSetFit;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A data set that was opened, or a picture prepared as its samples are. */
record DataSetInputs(DataSet images, boolean isPicture) implements RunInputs {
    static DataSetInputs open(Path data, Optional<Integer> limit) {
        DataSet whole = DataSets.open(data);
        DataSet images = limit.map(whole::limit).orElse(whole);
        images.metric();
        images.sample(0);
        return new DataSetInputs(images, false);
    }

    static DataSetInputs picture(Path data, Path picture) {
        DataSet one = DataSets.open(data).picture(picture);
        one.sample(0);
        return new DataSetInputs(one, true);
    }

    @Override
    public void requireFit(List<InputSlot> inputs, List<NetworkOutput> outputs) {
        DataSetFit.require(images, inputs, outputs);
    }

    @Override
    public Metric metric() {
        return images.metric();
    }

    @Override
    public DataSet of(List<Tensor> inputs) {
        return images.arranged(InputSlot.of(inputs));
    }
}
