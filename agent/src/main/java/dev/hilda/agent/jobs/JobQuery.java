// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import java.util.Optional;

/**
 * Which jobs are wanted, the newest first.
 *
 * @param limit at most so many
 */
public record JobQuery(Optional<String> pool, Optional<JobState> state, int limit) {}
