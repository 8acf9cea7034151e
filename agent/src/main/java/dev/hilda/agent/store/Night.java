// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A planned night and how far it is.
 *
 * @param id a UUID
 * @param document of its {@link NightPlan}
 * @param deadline after which no job of it begins
 * @param outcome as the morning's, once it is judged
 * @param morning the document of that, once it is judged
 */
public record Night(
        String id,
        String bench,
        String suite,
        String startedBy,
        String document,
        Instant plannedAt,
        Instant deadline,
        Optional<Instant> judgedAt,
        Optional<String> outcome,
        Optional<String> morning) {
    /**
     * An item of its plan.
     *
     * @param wantedBoard where one board alone may run it
     * @param job empty where it was pruned, or there never was one
     * @param reason why there never was one; from when the night is judged, that of its state
     */
    public record Item(
            int position,
            String model,
            String dataSet,
            Optional<String> wantedBoard,
            String jobId,
            Optional<Job> job,
            Optional<String> reason) {
        /** Whether nothing will become of it any more that has not. */
        public boolean hasEnded() {
            return job.map(found -> found.state().isEnd()).orElse(true);
        }
    }

    /**
     * How many items have ended.
     *
     * @param passed of those, with a result that passed
     */
    public record Progress(int planned, int ended, int passed) {
        static Progress of(List<Item> items) {
            return new Progress(
                    items.size(), (int) items.stream().filter(Item::hasEnded).count(), (int) items.stream()
                            .filter(item -> item.job()
                                    .map(job -> job.state() == JobState.PASSED)
                                    .orElse(false))
                            .count());
        }
    }
}
