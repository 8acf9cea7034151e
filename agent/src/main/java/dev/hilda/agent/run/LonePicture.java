// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A picture of which nothing says how the network wants it. */
record LonePicture(Path file, Consumer<String> remarks) implements RunInputs {
    /** Decodes it: damage is told before the long work. */
    static LonePicture open(Path file, Consumer<String> remarks) {
        DataSets.requirePicture(file);
        return new LonePicture(file, remarks);
    }

    @Override
    public void requireFit(List<InputSlot> inputs, List<NetworkOutput> outputs) {
        if (inputs.size() > 1 || !DataSet.isPicture(inputs.get(0).shape())) {
            throw BenchFailure.of(FailureKind.DATASET, "run on the picture " + file)
                    .expected("a network that reads one picture of 1 or 3 channels")
                    .actual("one that reads "
                            + inputs.stream()
                                    .map(input -> input.shape().toString())
                                    .collect(Collectors.joining(", ")))
                    .remedy("name a data set with --data")
                    .failure();
        }
    }

    @Override
    public DataSet of(List<Tensor> inputs) {
        DataSet picture = DataSets.picture(file, inputs.get(0));
        remarks.accept("inputs: the whole picture, resized, with "
                + picture.mapping().yaml() + "\n  what to do: --data SET.yaml names a data set that says otherwise");
        return picture;
    }

    @Override
    public boolean isPicture() {
        return true;
    }
}
