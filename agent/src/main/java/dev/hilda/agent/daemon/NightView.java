// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.hilda.agent.store.Night;
import java.time.Instant;
import java.util.Optional;

/**
 * A night as others see it.
 *
 * @param state {@code running} or {@code judged}
 * @param plannedAt ISO 8601, as the other times
 * @param outcome once it is judged
 * @param morning its document, once it is judged and where it is asked for
 */
public record NightView(
        String nightId,
        String suite,
        String bench,
        String startedBy,
        String state,
        String plannedAt,
        String deadline,
        int planned,
        int ended,
        int passed,
        Optional<String> judgedAt,
        Optional<String> outcome,
        @JsonRawValue String morning) {
    static NightView of(Night night, Night.Progress progress, boolean isWhole) {
        return new NightView(
                night.id(),
                night.suite(),
                night.bench(),
                night.startedBy(),
                night.judgedAt().isPresent() ? "judged" : "running",
                night.plannedAt().toString(),
                night.deadline().toString(),
                progress.planned(),
                progress.ended(),
                progress.passed(),
                night.judgedAt().map(Instant::toString),
                night.outcome(),
                isWhole ? night.morning().orElse("null") : "null");
    }
}
