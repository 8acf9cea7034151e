// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A picture of which nothing says how the network wants it. */
record LonePicture(Path file, Consumer<String> remarks) implements RunInputs {
    /** Decodes it: damage is told before the long work. */
    static LonePicture open(Path file, Consumer<String> remarks) {
        DataSets.requirePicture(file);
        return new LonePicture(file, remarks);
    }

    @Override
    public void requireFit(TensorShape input, List<NetworkOutput> outputs) {
        if (!DataSet.isPicture(input)) {
            throw BenchFailure.of(FailureKind.DATASET, "run on the picture " + file)
                    .expected("a network that reads pictures of 1 or 3 channels")
                    .actual("one that reads " + input)
                    .remedy("name a data set with --data")
                    .failure();
        }
    }

    @Override
    public DataSet of(Tensor input) {
        DataSet picture = DataSets.picture(file, input);
        remarks.accept("inputs: the whole picture, resized, with "
                + picture.mapping().yaml() + "\n  what to do: --data SET.yaml names a data set that says otherwise");
        return picture;
    }

    @Override
    public boolean isPicture() {
        return true;
    }
}
