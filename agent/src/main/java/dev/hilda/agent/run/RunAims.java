// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.result.Demands;
import java.util.OptionalLong;

/**
 * What is to come of a network's run besides its figures.
 *
 * @param demands that the figures must meet
 * @param seed of pseudo-random inputs
 * @param isPicture whether there is one input, whose prediction is the result
 */
public record RunAims(Demands demands, OptionalLong seed, boolean isPicture) {
    /** Nothing. */
    public static final RunAims NONE = new RunAims(Demands.NONE, OptionalLong.empty(), false);
}
