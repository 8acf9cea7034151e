// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.result.Demands;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is to come of a network's run besides its figures.
 *
 * @param demands that the figures must meet
 * @param seed of pseudo-random inputs
 * @param arrays that the inputs came from, where they are no data set
 * @param isPicture whether there is one input, whose prediction is the result
 * @param predictions where the answers are written
 * @param reference what they are compared with
 */
public record RunAims(
        Demands demands,
        OptionalLong seed,
        OptionalInt arrays,
        boolean isPicture,
        Optional<Path> predictions,
        Optional<ReferenceOutputs> reference) {
    /** Nothing. */
    public static final RunAims NONE = RunAims.of(Demands.NONE, OptionalLong.empty(), false);

    /** Without files, neither of inputs. */
    public static RunAims of(Demands demands, OptionalLong seed, boolean isPicture) {
        return new RunAims(demands, seed, OptionalInt.empty(), isPicture, Optional.empty(), Optional.empty());
    }

    /** Whether the inputs are a data set's, which others run too. */
    boolean isOfDataSet() {
        return seed.isEmpty() && arrays.isEmpty() && !isPicture;
    }
}
