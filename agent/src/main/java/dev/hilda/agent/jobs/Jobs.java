// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import java.util.List;
import java.util.Optional;

/** The jobs of all pools. */
public interface Jobs {
    /**
     * Adds a job to the queue of its pool.
     *
     * @throws IllegalArgumentException when the bundle or the data set is not among the contents
     */
    Job submit(JobOrder order);

    Optional<Job> find(String id);

    List<Job> list(JobQuery query);

    /**
     * Ends a job that waits, and asks the agent of one that runs to end it.
     *
     * @param who wants it; part of the job's reason
     */
    Cancellation cancel(String id, String who);
}
