// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.profile.Labelled;

/** What a network on a board came to, beside its baseline. */
public enum CellState implements Labelled {
    /** Nothing is worse, within what is tolerated. */
    EQUAL,
    BETTER,
    WORSE,
    /** No difference was found, but so few images might hide one that is not tolerated. */
    UNSHOWN,
    /** What changed besides the network may be why: somebody must decide. */
    OPEN,
    /** Nothing of the run and its baseline is of the same thing. */
    NOT_COMPARABLE,
    /** The bench or a kernel is wrong, or the run did not come to its end. */
    FAULT,
    /** Planned, but it did not run. */
    MISSING,
    /** It passed, and there is nothing to hold it against: a baseline is to be promoted. */
    NO_BASELINE
}
