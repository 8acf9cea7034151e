// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import com.github.kagkarlsson.scheduler.ScheduledExecution;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Says when it is time for the suites of a bench, by the clock of the store and once each time, also after its agent was away:
 * a time that was missed is made up for once.
 */
public final class SuiteSchedules implements AutoCloseable {
    /** No pool has a colon in its name. */
    private static final String PREFIX = "suite:";

    private static final Duration POLL = Duration.ofSeconds(5);
    private static final Duration STOP = Duration.ofSeconds(1);
    private static final Duration NEVER = Duration.ofDays(100_000);

    private final Scheduler scheduler;
    private final String bench;

    private SuiteSchedules(Scheduler scheduler, String bench) {
        this.scheduler = scheduler;
        this.bench = bench;
    }

    /**
     * Begins to watch the clock. Times of suites that are not named any more are forgotten.
     *
     * @param suites by their names
     * @param due hears of a suite's name when its time has come; what it throws is logged, and the next time comes all the same
     */
    static SuiteSchedules start(
            Database database, String bench, Map<String, CronTime> suites, Duration poll, Consumer<String> due)
            throws SQLException {
        List<RecurringTask<Void>> tasks = new ArrayList<>();
        suites.forEach((suite, time) -> tasks.add(Tasks.recurring(task(bench, suite), time.schedule())
                .execute((instance, context) -> due.accept(suite))));
        database.transaction(connection -> {
            forgetOthers(
                    connection,
                    bench,
                    tasks.stream().map(RecurringTask::getName).toList());
            return bench;
        });
        Scheduler scheduler = Scheduler.create(new BorrowedConnections(database.connections()))
                .startTasks(tasks)
                .clock(new DatabaseClock(database))
                .schedulerName(new SchedulerName.Fixed(bench + "/suites"))
                .jdbcCustomization(new SchedulerSql(
                        database.dialect(),
                        "task_name LIKE '" + PREFIX + bench.replace("_", "\\_") + ":%' ESCAPE '\\'"))
                .tableName(TicketTable.NAME)
                .threads(1)
                .pollingInterval(poll)
                .deleteUnresolvedAfter(NEVER)
                .shutdownMaxWait(STOP)
                .build();
        scheduler.start();
        return new SuiteSchedules(scheduler, bench);
    }

    static SuiteSchedules start(Database database, String bench, Map<String, CronTime> suites, Consumer<String> due)
            throws SQLException {
        return start(database, bench, suites, POLL, due);
    }

    private static String task(String bench, String suite) {
        return PREFIX + bench + ":" + suite;
    }

    private static void forgetOthers(Connection connection, String bench, List<String> kept) throws SQLException {
        List<String> known;
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT task_name FROM " + TicketTable.NAME + " WHERE substr(task_name, 1, ?) = ?")) {
            String beginning = task(bench, "");
            query.setInt(1, beginning.length());
            query.setString(2, beginning);
            known = Rows.list(query, row -> row.getString(1));
        }
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM " + TicketTable.NAME + " WHERE task_name = ?")) {
            for (String name : known) {
                if (!kept.contains(name)) {
                    delete.setString(1, name);
                    delete.executeUpdate();
                }
            }
        }
    }

    /** When a suite's time comes next; empty for one that has none. */
    public Optional<Instant> next(String suite) {
        return scheduler
                .getScheduledExecution(TaskInstanceId.of(task(bench, suite), RecurringTask.INSTANCE))
                .map(ScheduledExecution::getExecutionTime);
    }

    @Override
    public void close() {
        scheduler.stop();
    }
}
