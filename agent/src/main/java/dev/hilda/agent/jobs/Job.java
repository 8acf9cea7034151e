// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * An order and what has become of it.
 *
 * @param id a UUID
 * @param attempts how often a board began with it, but for those that gave it back for a reason of their own
 * @param board that runs it or had it last
 * @param runId of its result
 * @param reason why it is not where it should be; for people
 * @param cancelRequested whether somebody wants it to end
 */
public record Job(
        String id,
        JobOrder order,
        JobState state,
        int attempts,
        Optional<String> board,
        Optional<String> runId,
        Optional<String> reason,
        long submittedAtMs,
        OptionalLong endedAtMs,
        boolean cancelRequested) {}
