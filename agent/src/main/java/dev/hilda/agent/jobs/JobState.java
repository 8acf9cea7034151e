// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

/** Where a job is. */
public enum JobState {
    /** Waits for a board of its pool. */
    QUEUED,
    RUNNING,
    /** Ended with a result that passed. */
    PASSED,
    /** Ended with a result that did not pass, or without one. */
    FAILED,
    /** Ended by whoever asked for it. */
    CANCELLED,
    /** Ended without an answer: boards or agents were lost more often than a job is tried. */
    MISSING;

    public boolean isEnd() {
        return this != QUEUED && this != RUNNING;
    }
}
