// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import java.time.Duration;

/**
 * How a board takes part in its pool.
 *
 * @param agent who holds its leases
 * @param isPublished whether results go to the outbox
 * @param poll how often it looks for work, and the job's agent for a cancellation
 * @param deadAfter what has not been heard of for that long is dead: its job goes elsewhere, its lease ends
 * @param avoidance for how long a board does not take a job again that it gave back, while others may
 * @param patience a job that has waited longer is not overtaken by one whose image the board has already
 */
public record QueueOptions(
        String agent, boolean isPublished, Duration poll, Duration deadAfter, Duration avoidance, Duration patience) {
    /** What suits real boards. */
    public static QueueOptions of(String agent) {
        return new QueueOptions(
                agent,
                true,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10));
    }
}
