// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.JobOrder;
import java.time.Duration;
import java.util.List;

/**
 * What a night is to run.
 *
 * @param bench that judges it
 * @param suite its name
 * @param startedBy a user, or a schedule
 * @param document what the night was asked to be, for whoever judges it
 * @param deadline from now on; what has not begun by then is missing
 * @param items whose jobs the store begins to give out
 * @param broken what is missing from the beginning
 */
public record NightPlan(
        String bench,
        String suite,
        String startedBy,
        String document,
        Duration deadline,
        List<Item> items,
        List<Broken> broken) {
    public NightPlan {
        items = List.copyOf(items);
        broken = List.copyOf(broken);
    }

    /**
     * A job of the night.
     *
     * @param dataSet name of the data set, for people
     */
    public record Item(JobOrder order, String dataSet) {}

    /** A network of the night that has no job. */
    public record Broken(String model, String dataSet, String reason) {}
}
