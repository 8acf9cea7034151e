// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.store.Night;
import dev.hilda.agent.store.NightPlan;
import dev.hilda.agent.store.StoredNights;
import dev.hilda.agent.store.StoredNights.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Says which boards a night wants, and puts its jobs into the store. */
public final class NightPlanner {
    private final StoredNights nights;
    private final String bench;

    /** @param bench that judges the nights */
    public NightPlanner(StoredNights nights, String bench) {
        this.nights = nights;
        this.bench = bench;
    }

    /**
     * Plans a night. A board that ran something of a pool within a week and is not there now is planned for all the same: that
     * it is missing shall be seen.
     *
     * @param startedBy a user, or a schedule; a name as of a job's order
     * @throws IllegalArgumentException when the store lacks a bundle or a data set
     */
    public Night plan(NightOrder order, String startedBy) {
        List<NightPlan.Item> items = new ArrayList<>();
        for (NightOrder.Item item : order.items()) {
            jobs(item, startedBy).forEach(job -> items.add(new NightPlan.Item(job, item.dataSet())));
        }
        return nights.plan(new NightPlan(
                bench,
                order.suite(),
                startedBy,
                order.toJson(),
                Duration.ofSeconds(order.deadlineS()),
                items,
                order.broken().stream()
                        .map(broken -> new NightPlan.Broken(broken.model(), broken.dataSet(), broken.reason()))
                        .toList()));
    }

    private List<JobOrder> jobs(NightOrder.Item item, String startedBy) {
        JobOrder job = item.job(startedBy);
        if (job.board().isPresent() || item.count().equals(BoardCount.ANY)) {
            return List.of(job);
        }
        List<String> known =
                nights.members(item.pool()).stream().map(Member::serial).toList();
        if (item.count().equals(BoardCount.EACH)) {
            return known.isEmpty() ? List.of(job) : known.stream().map(job::on).toList();
        }
        List<JobOrder> jobs = new ArrayList<>();
        for (int board = 0; board < item.count().boards(); board++) {
            // One that is wanted and not known is no board's: it is missing when the deadline is over.
            jobs.add(job.on(board < known.size() ? known.get(board) : "unknown-" + (board + 1)));
        }
        return jobs;
    }
}
