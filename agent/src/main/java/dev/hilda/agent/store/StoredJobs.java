// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.Cancellation;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobQuery;
import dev.hilda.agent.jobs.JobState;
import dev.hilda.agent.jobs.Jobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Jobs as rows. Each comes with a ticket, so that there are never fewer tickets than jobs that wait. */
final class StoredJobs implements Jobs {
    private final Database database;
    private final JobTable table;

    StoredJobs(Database database) {
        this.database = database;
        this.table = new JobTable(database.dialect());
    }

    @Override
    public Job submit(JobOrder order) {
        String id = UUID.randomUUID().toString();
        Optional<Job> added = attempt(
                "submit a job",
                connection -> add(connection, database.dialect(), id, order)
                        ? JobTable.find(connection, id)
                        : Optional.empty());
        return added.orElseThrow(() -> unknownContent(order));
    }

    /** Within a transaction: adds a job with its ticket; false when the store lacks its bundle or data set. */
    static boolean add(Connection connection, Dialect dialect, String id, JobOrder order) throws SQLException {
        if (!ContentTable.use(connection, dialect, order.bundleSha256())
                || !ContentTable.use(connection, dialect, order.dataSha256())) {
            return false;
        }
        new JobTable(dialect).add(connection, id, order);
        TicketTable.add(connection, dialect, order.pool(), id);
        return true;
    }

    static IllegalArgumentException unknownContent(JobOrder order) {
        return new IllegalArgumentException("a job's order: expected a bundle and a data set that the store holds, got "
                + order.bundleSha256() + " and " + order.dataSha256() + "; put both first");
    }

    @Override
    public Optional<Job> find(String id) {
        return attempt("find a job", connection -> JobTable.find(connection, id));
    }

    @Override
    public List<Job> list(JobQuery query) {
        return attempt("list jobs", connection -> JobTable.list(connection, query));
    }

    @Override
    public Cancellation cancel(String id, String who) {
        if (!JobOrder.isName(who)) {
            throw new IllegalArgumentException(
                    "who cancels: expected letters, digits, dots, hyphens or underscores, got " + who);
        }
        return attempt("cancel a job", connection -> {
            if (!JobTable.requestCancellation(connection, id, who)) {
                return JobTable.find(connection, id).isPresent() ? Cancellation.ALREADY_ENDED : Cancellation.UNKNOWN;
            }
            Job job = JobTable.find(connection, id).orElseThrow();
            if (job.state() == JobState.RUNNING) {
                return Cancellation.REQUESTED;
            }
            table.cancelled(connection, id);
            TicketTable.remove(connection, job.order().pool(), id);
            return Cancellation.ENDED;
        });
    }

    private <T> T attempt(String what, Database.Work<T> work) {
        try {
            return database.transaction(work);
        } catch (SQLException e) {
            throw database.failed(what, e);
        }
    }
}
