// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A board as others see it.
 *
 * @param serial of its ST-Link
 * @param state in lower case
 * @param jobId of the job that it runs
 * @param holder who has reserved it, or will have it when the job has ended
 * @param reason why it is in that state, for people
 * @param untilMs when the state ends by itself, in milliseconds since 1970: a reservation, or the wait for a probation
 */
public record BoardView(
        String bench,
        String profile,
        String serial,
        String pool,
        String state,
        Optional<String> jobId,
        Optional<String> holder,
        Optional<String> reason,
        OptionalLong untilMs) {}
