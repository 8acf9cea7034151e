// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.profile.Timing;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A run as a list shows it.
 *
 * @param subject what ran
 * @param failureKind why it did not pass
 * @param cyclesP50 median of an inference
 * @param benchSequence its number among what the bench publishes
 * @param isPublished whether a broker has it
 */
public record RunSummary(
        String runId,
        Instant time,
        String subject,
        String board,
        String boardSerial,
        Timing timing,
        boolean passed,
        Optional<String> failureKind,
        OptionalLong images,
        OptionalDouble accuracyTop1,
        OptionalLong cyclesP50,
        OptionalLong benchSequence,
        boolean isPublished) {}
