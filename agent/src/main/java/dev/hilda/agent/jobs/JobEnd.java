// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import java.util.Optional;

/**
 * What a board made of a job.
 *
 * @param state {@link JobState#QUEUED} when it goes to another board
 * @param runId of the result that was kept
 * @param costsAttempt whether giving it back counts among the attempts that a job has
 */
public record JobEnd(JobState state, Optional<String> runId, Optional<String> reason, boolean costsAttempt) {
    /** With a result that passed, which the worker has kept. */
    public static JobEnd passed(String runId) {
        return new JobEnd(JobState.PASSED, Optional.of(runId), Optional.empty(), true);
    }

    /** With a result that did not pass, which the worker has kept. */
    public static JobEnd failed(String runId, String reason) {
        return new JobEnd(JobState.FAILED, Optional.of(runId), Optional.of(reason), true);
    }

    /** Without a result, as no board could make one of it. */
    public static JobEnd failed(String reason) {
        return new JobEnd(JobState.FAILED, Optional.empty(), Optional.of(reason), true);
    }

    /**
     * To another board of the pool.
     *
     * @param costsAttempt true when the board was lost, so that a job which takes boards down ends; false when the board is
     *     wanted for something else
     */
    public static JobEnd requeue(String reason, boolean costsAttempt) {
        return new JobEnd(JobState.QUEUED, Optional.empty(), Optional.of(reason), costsAttempt);
    }
}
