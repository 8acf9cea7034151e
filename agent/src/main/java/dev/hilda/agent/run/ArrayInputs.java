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
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** NumPy arrays, one for each input, as the user's own framework gets them. */
record ArrayInputs(List<Path> files) implements RunInputs {
    ArrayInputs {
        files = List.copyOf(files);
    }

    /** Reads the headers: a mistake is told before the long work. */
    @Override
    public void requireFit(List<InputSlot> inputs, List<NetworkOutput> outputs) {
        if (files.size() != inputs.size()) {
            throw BenchFailure.of(FailureKind.DATASET, "invoke the network on " + files)
                    .expected("an array for each of its inputs: "
                            + inputs.stream()
                                    .map(input -> input.name() + " " + input.shape())
                                    .collect(Collectors.joining(", ")))
                    .actual(files.size() + (files.size() == 1 ? " array" : " arrays"))
                    .remedy("give --input once for each, in this order")
                    .failure();
        }
        for (int input = 0; input < inputs.size(); input++) {
            DataSets.requireArray(files.get(input), inputs.get(input).shape());
        }
    }

    @Override
    public DataSet of(List<Tensor> inputs) {
        return DataSets.arrays(files, inputs);
    }

    @Override
    public OptionalInt arrays() {
        return OptionalInt.of(files.size());
    }
}
