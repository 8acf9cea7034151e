// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.result.ResultStore;
import java.util.Optional;

/** What is done with one board, one thing at a time. */
interface BoardWork {
    /**
     * Runs a job to a kept result.
     *
     * @throws UnfitBoardException when another board must run it
     * @throws BenchFailure when it did not pass; it has a result all the same when {@link RunIds} knows one
     */
    void run(Job job, CancelToken token, ResultStore results, RunIds ids) throws InterruptedException;

    /**
     * Sees whether probe and chip answer.
     *
     * @return the chip's option bytes, to be compared; empty where they cannot be read
     * @throws BenchFailure when they do not answer
     */
    Optional<String> check() throws InterruptedException;

    /**
     * Requires of a board that was checked what it must do before jobs may have it again.
     *
     * @throws UnfitBoardException when it must not be done with that board
     * @throws BenchFailure when it does not
     */
    void probation() throws InterruptedException;

    /** What can be done when it does not answer. */
    RecoveryLadder ladder();

    /** Hears the id of the result that a run was kept as. */
    @FunctionalInterface
    interface RunIds {
        void kept(String runId);
    }
}
