// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.jobs.Job;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A job as others see it.
 *
 * @param state in lower case
 * @param submittedAt ISO 8601
 */
public record JobView(
        String jobId,
        String state,
        String pool,
        String name,
        String submitter,
        String bundleSha256,
        String dataSha256,
        OptionalInt limit,
        Optional<String> wantedBoard,
        int attempts,
        Optional<String> board,
        Optional<String> runId,
        Optional<String> reason,
        String submittedAt,
        Optional<String> endedAt,
        boolean cancelRequested) {
    static JobView of(Job job) {
        return new JobView(
                job.id(),
                job.state().name().toLowerCase(Locale.ROOT),
                job.order().pool(),
                job.order().name(),
                job.order().submitter(),
                job.order().bundleSha256(),
                job.order().dataSha256(),
                job.order().limit(),
                job.order().board(),
                job.attempts(),
                job.board(),
                job.runId(),
                job.reason(),
                Instant.ofEpochMilli(job.submittedAtMs()).toString(),
                job.endedAtMs().isPresent()
                        ? Optional.of(Instant.ofEpochMilli(job.endedAtMs().getAsLong())
                                .toString())
                        : Optional.empty(),
                job.cancelRequested());
    }
}
