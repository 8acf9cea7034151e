// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import dev.hilda.profile.Timing;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Which run a document is about.
 *
 * @param runId unique, for de-duplication
 * @param time when the run began, in whole milliseconds
 * @param bench as in the topics
 * @param board name of the board's profile
 * @param boardSerial serial number of the ST-Link
 * @param timing whether clocks and cycles come from silicon
 * @param benchSequence its number among the results that the bench publishes, from 1 without gaps; empty before it is kept,
 *     and where it is not published
 */
public record RunIdentity(
        String runId,
        Instant time,
        String bench,
        String board,
        String boardSerial,
        Timing timing,
        Optional<Long> benchSequence) {
    public RunIdentity {
        time = time.truncatedTo(ChronoUnit.MILLIS);
    }

    /** A run whose result has no number yet. */
    public RunIdentity(String runId, Instant time, String bench, String board, String boardSerial, Timing timing) {
        this(runId, time, bench, board, boardSerial, timing, Optional.empty());
    }

    /** The same with that number. */
    public RunIdentity numbered(long sequence) {
        return new RunIdentity(runId, time, bench, board, boardSerial, timing, Optional.of(sequence));
    }
}
