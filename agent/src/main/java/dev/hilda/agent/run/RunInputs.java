// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What a run feeds its network with: a data set, one picture, or numbers that mean nothing. */
public interface RunInputs {
    /**
     * A data set, which is opened at once.
     *
     * @param data its YAML, or a folder with one
     * @param limit only so many images, where given
     * @throws DataSetException when it serves for calibration only, or its first sample cannot be read
     */
    static RunInputs dataSet(Path data, Optional<Integer> limit) {
        return DataSetInputs.open(data, limit);
    }

    /**
     * One picture.
     *
     * @param data the set whose preparation and class names it has; without one, all of it is used, and its bytes are
     *     spread over the range of the network's input
     * @param remarks hears what the bytes are taken for
     * @throws DataSetException when one of them cannot be read
     */
    static RunInputs picture(Path picture, Optional<Path> data, Consumer<String> remarks) {
        return data.isPresent() ? DataSetInputs.picture(data.get(), picture) : LonePicture.open(picture, remarks);
    }

    /**
     * NumPy arrays, samples along their first axes: float32 as real numbers, uint8 and int8 as codes of the input.
     *
     * @param files one for each of the network's inputs, in its order
     */
    static RunInputs arrays(List<Path> files) {
        return new ArrayInputs(files);
    }

    /** Pseudo-random inputs, so many. */
    static RunInputs seeded(long seed, int count) {
        return new SeededInputs(seed, count);
    }

    /**
     * Requires inputs that a network can be run and judged on, as far as is known before the long work with it.
     *
     * @throws BenchFailure of kind {@link dev.hilda.agent.board.FailureKind#DATASET}
     */
    void requireFit(List<InputSlot> inputs, List<NetworkOutput> outputs);

    /** The samples for a network, their parts in the order of its inputs. */
    DataSet of(List<Tensor> inputs);

    /** How outputs are judged. */
    default Metric metric() {
        return Metric.NONE;
    }

    /** What pseudo-random inputs are drawn from. */
    default OptionalLong seed() {
        return OptionalLong.empty();
    }

    /** How many arrays they are, one for each of the network's inputs, where they are no data set. */
    default OptionalInt arrays() {
        return OptionalInt.empty();
    }

    /** Whether there is one input, whose prediction is the result. */
    default boolean isPicture() {
        return false;
    }
}
