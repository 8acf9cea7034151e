// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.profile.Labelled;

/** What one figure of a run is, beside the same of its baseline. */
public enum Verdict implements Labelled {
    /** As good, within what is tolerated. */
    EQUAL,
    BETTER,
    WORSE,
    /** No difference was found, but so few images might hide one that is not tolerated. */
    UNSHOWN,
    /** The two figures are of different things. */
    NOT_COMPARABLE,
    /** What changed besides the network may be why: somebody must decide. */
    OPEN,
    /** The bench or a kernel is wrong, or the run did not come to its end. */
    FAULT
}
