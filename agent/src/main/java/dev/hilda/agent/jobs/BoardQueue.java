// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import java.time.Duration;

/** A board that runs the jobs of its pool, one at a time. */
public interface BoardQueue extends AutoCloseable {
    /** Begins with no other job. What runs goes on. */
    void pause();

    void resume();

    /**
     * Begins with no other job, waits for the one that runs, and gives it back when that takes longer.
     *
     * @param grace how long it waits
     */
    void close(Duration grace);

    /** At once. */
    @Override
    default void close() {
        close(Duration.ZERO);
    }
}
