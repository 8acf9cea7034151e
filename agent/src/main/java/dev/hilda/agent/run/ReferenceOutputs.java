// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.dataset.NpyArray;
import java.nio.file.Path;
import java.util.List;

/**
 * What the user's own framework made of the inputs, a row each, in the data set's order.
 *
 * @param file its name, without folders
 */
public record ReferenceOutputs(String file, NpyArray rows) {
    /** @throws dev.hilda.agent.dataset.DataSetException when it is no NumPy array */
    static ReferenceOutputs read(Path path) {
        ReferenceOutputs read = new ReferenceOutputs(String.valueOf(path.getFileName()), NpyArray.read(path));
        read.require("real numbers: float32 or float64", read.rows.isReal(), "codes", "save what they stand for");
        return read;
    }

    /** Requires rows of as many numbers as the network gives. */
    void requireOutputs(List<NetworkOutput> outputs) {
        int numbers =
                outputs.stream().mapToInt(output -> output.shape().elements()).sum();
        require(
                "rows of " + numbers + " numbers, as the network has outputs",
                rows.columns() == numbers,
                "extents " + rows.extents(),
                "save the outputs of the same network, inputs along the first axis");
    }

    /** Requires a row for each input. */
    void requireInputs(DataSet images) {
        require(
                "a row for each of " + images.size() + " inputs",
                rows.rows() >= images.size(),
                rows.rows() + " rows",
                "save the outputs for the same inputs in the same order, or --limit " + Math.max(1, rows.rows()));
    }

    private void require(String expected, boolean isSo, String actual, String remedy) {
        if (!isSo) {
            throw BenchFailure.of(FailureKind.DATASET, "compare with the reference " + file)
                    .expected(expected)
                    .actual(actual)
                    .remedy(remedy)
                    .failure();
        }
    }
}
