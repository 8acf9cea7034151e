// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import java.time.Duration;

/**
 * What somebody wants a board for.
 *
 * @param holder who
 * @param text why, for people
 * @param isNow whether a job that runs is given back at once
 */
public record Reservation(String holder, String text, Duration duration, boolean isNow) {}
