// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

/** Hears how far a long step has come. Called from the thread that runs the step. */
@FunctionalInterface
public interface Progress {
    /** For callers who do not want to know. */
    Progress SILENT = (step, done, total) -> {};

    /**
     * A step has come further.
     *
     * @param step what is being done, for example {@code flash}
     * @param done how much of it is done, 0–total
     * @param total the whole of it, in the same unit; 0 while unknown
     */
    void advance(String step, long done, long total);
}
