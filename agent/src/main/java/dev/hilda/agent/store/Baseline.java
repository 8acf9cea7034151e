// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.time.Instant;

/**
 * A run that later ones of its bench, board profile, subject and data set are held against.
 *
 * @param subject the model's name, as of {@link RunSummary}
 * @param time when the run began
 * @param promotedBy user and host
 */
public record Baseline(
        String bench,
        String board,
        String subject,
        String dataSha256,
        String runId,
        Instant time,
        Instant promotedAt,
        String promotedBy) {}
