// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import dev.hilda.profile.Timing;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Which run a document is about.
 *
 * @param runId unique, for de-duplication
 * @param time when the run began, in whole milliseconds
 * @param bench as in the topics
 * @param board name of the board's profile
 * @param boardSerial serial number of the ST-Link
 * @param timing whether clocks and cycles come from silicon
 */
public record RunIdentity(String runId, Instant time, String bench, String board, String boardSerial, Timing timing) {
    public RunIdentity {
        time = time.truncatedTo(ChronoUnit.MILLIS);
    }
}
