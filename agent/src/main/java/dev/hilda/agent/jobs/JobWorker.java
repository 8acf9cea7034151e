// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.result.ResultStore;

/** Runs a job on the board that it has. */
@FunctionalInterface
public interface JobWorker {
    /**
     * Runs it, on a thread that the token may interrupt. What it throws fails the job, but for an interruption by the token.
     *
     * @param lease of the board, renewed meanwhile
     * @param token cancelled when the job is, when the lease is lost, and when the agent stops
     * @param results takes at most one result. One that passed ends the job with it. It throws
     *     {@link StaleResultException}, and keeps nothing, when the job or the board is another's by now
     */
    JobEnd run(Job job, Lease lease, CancelToken token, ResultStore results) throws InterruptedException;
}
