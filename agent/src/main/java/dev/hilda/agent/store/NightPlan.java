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
 * @param items at least one
 */
public record NightPlan(
        String bench, String suite, String startedBy, String document, Duration deadline, List<Item> items) {
    public NightPlan {
        items = List.copyOf(items);
    }

    /**
     * A job of the night.
     *
     * @param dataSet name of the data set, for people
     */
    public record Item(JobOrder order, String dataSet) {}
}
