// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobQuery;
import dev.hilda.agent.jobs.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The table of jobs, within a transaction of the caller's. */
final class JobTable {
    /** A job that took so many boards or agents down is not given another. */
    static final int MAX_ATTEMPTS = 2;

    private static final int MAX_REASON = 2000;

    private static final String COLUMNS = "SELECT job_id, document, state, attempts, board, run_id, reason,"
            + " submitted_at_ms, ended_at_ms, cancelled_by FROM job ";

    private final Dialect dialect;

    JobTable(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * The execution of a ticket.
     *
     * @param version grows with every execution of that ticket
     */
    record Ticket(String id, long version) {}

    /**
     * Who runs a job.
     *
     * @param fence of the lease of that board
     */
    record Runner(String jobId, String board, long fence) {}

    void add(Connection connection, String id, JobOrder order) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO job (job_id, pool, submitter, name, bundle_sha256, data_sha256, document, wanted_board,"
                        + " state, attempts, submitted_at_ms, stale_results) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'QUEUED', 0, "
                        + dialect.now()
                        + ", 0)")) {
            insert.setString(1, id);
            insert.setString(2, order.pool());
            insert.setString(3, order.submitter());
            insert.setString(4, order.name());
            insert.setString(5, order.bundleSha256());
            insert.setString(6, order.dataSha256());
            insert.setString(7, order.toJson());
            insert.setString(8, order.board().orElse(null));
            insert.executeUpdate();
        }
    }

    static Optional<Job> find(Connection connection, String id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(COLUMNS + "WHERE job_id = ?")) {
            query.setString(1, id);
            return Rows.list(query, JobTable::job).stream().findFirst();
        }
    }

    static List<Job> list(Connection connection, JobQuery wanted) throws SQLException {
        String pool = wanted.pool().orElse(null);
        String state = wanted.state().map(JobState::name).orElse(null);
        try (PreparedStatement query = connection.prepareStatement(
                COLUMNS + "WHERE (? IS NULL OR pool = ?) AND (? IS NULL OR state = ?) ORDER BY job_key DESC LIMIT ?")) {
            query.setString(1, pool);
            query.setString(2, pool);
            query.setString(3, state);
            query.setString(4, state);
            query.setInt(5, wanted.limit());
            return Rows.list(query, JobTable::job);
        }
    }

    private static Job job(ResultSet row) throws SQLException {
        return new Job(
                row.getString(1),
                JobOrder.parse(row.getString(2)),
                JobState.valueOf(row.getString(3)),
                row.getInt(4),
                Optional.ofNullable(row.getString(5)),
                Optional.ofNullable(row.getString(6)),
                Optional.ofNullable(row.getString(7)),
                row.getLong(8),
                Rows.optionalLong(row, 9),
                row.getString(10) != null);
    }

    /**
     * Gives a board the job that has waited too long, or one whose image it holds, or the oldest, of those that it may run.
     *
     * @return empty when none waits for it
     */
    Optional<Job> start(
            Connection connection, PoolChoice choice, String board, long fence, Ticket ticket, Duration patience)
            throws SQLException {
        Optional<String> next;
        try (PreparedStatement query = connection.prepareStatement("SELECT job_id FROM job WHERE " + choice.mayRun()
                + " ORDER BY CASE WHEN submitted_at_ms < " + dialect.now() + " - ? THEN 0 WHEN "
                + PoolChoice.isHeldBy(choice.board()) + " THEN 1 ELSE 2 END, job_key LIMIT 1"
                + dialect.skipLocked())) {
            query.setLong(1, patience.toMillis());
            next = Rows.list(query, row -> row.getString(1)).stream().findFirst();
        }
        if (next.isEmpty()) {
            return Optional.empty();
        }
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE job SET state = 'RUNNING', attempts = attempts + 1, board = ?, fence = ?, ticket = ?,"
                        + " ticket_version = ?, started_at_ms = " + dialect.now()
                        + ", run_id = NULL, reason = NULL WHERE job_id = ?")) {
            update.setString(1, board);
            update.setLong(2, fence);
            update.setString(3, ticket.id());
            update.setLong(4, ticket.version());
            update.setString(5, next.get());
            update.executeUpdate();
        }
        return find(connection, next.get());
    }

    /** Whether a job of that pool waits for any board. */
    static boolean anyWaits(Connection connection, String pool) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT 1 FROM job WHERE pool = ? AND state = 'QUEUED' LIMIT 1")) {
            query.setString(1, pool);
            return !Rows.list(query, row -> 1).isEmpty();
        }
    }

    /**
     * Notes the result of a job's run, and when it passed, that the job ended with it.
     *
     * @return false when another runs that job by now, or it has a result
     */
    boolean keep(Connection connection, Runner runner, String runId, boolean passed) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE job SET run_id = ?"
                + (passed ? ", state = 'PASSED', ended_at_ms = " + dialect.now() : "")
                + " WHERE job_id = ? AND state = 'RUNNING' AND board = ? AND fence = ? AND run_id IS NULL")) {
            update.setString(1, runId);
            update.setString(2, runner.jobId());
            update.setString(3, runner.board());
            update.setLong(4, runner.fence());
            return update.executeUpdate() == 1;
        }
    }

    static void countStale(Connection connection, String id) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE job SET stale_results = stale_results + 1 WHERE job_id = ?")) {
            update.setString(1, id);
            update.executeUpdate();
        }
    }

    /** Whether a job still is that runner's. Until the transaction ends it stays so. */
    static boolean isRunBy(Connection connection, Runner runner) throws SQLException {
        // Writing the row locks it in every database.
        try (PreparedStatement lock = connection.prepareStatement("UPDATE job SET fence = fence"
                + " WHERE job_id = ? AND state = 'RUNNING' AND board = ? AND fence = ?")) {
            lock.setString(1, runner.jobId());
            lock.setString(2, runner.board());
            lock.setLong(3, runner.fence());
            return lock.executeUpdate() == 1;
        }
    }

    /** The jobs that still run under a ticket whose execution is over: at most one. */
    static List<Job> left(Connection connection, Ticket ticket) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(
                "UPDATE job SET fence = fence" + " WHERE ticket = ? AND ticket_version <= ? AND state = 'RUNNING'")) {
            lock.setString(1, ticket.id());
            lock.setLong(2, ticket.version());
            if (lock.executeUpdate() == 0) {
                return List.of();
            }
        }
        try (PreparedStatement query = connection.prepareStatement(
                COLUMNS + "WHERE ticket = ? AND ticket_version <= ? AND state = 'RUNNING'")) {
            query.setString(1, ticket.id());
            query.setLong(2, ticket.version());
            return Rows.list(query, JobTable::job);
        }
    }

    /** Ends a job. */
    void end(Connection connection, String id, JobState state, Optional<String> reason) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE job SET state = ?, reason = ?,"
                + " ended_at_ms = " + dialect.now() + ", fence = NULL, ticket = NULL WHERE job_id = ?")) {
            update.setString(1, state.name());
            update.setString(2, reason.map(JobTable::bounded).orElse(null));
            update.setString(3, id);
            update.executeUpdate();
        }
    }

    /**
     * Puts a running job back into its queue, where its board does not take it again for a while; one that somebody has
     * cancelled, or that was tried often enough, ends.
     */
    void giveBack(Connection connection, Job job, String reason, boolean costsAttempt, Duration avoidance)
            throws SQLException {
        if (job.cancelRequested()) {
            cancelled(connection, job.id());
        } else if (costsAttempt && job.attempts() >= MAX_ATTEMPTS) {
            String all = "tried " + job.attempts() + " times, the last time on board "
                    + job.board().orElse("?") + ": " + reason;
            end(connection, job.id(), JobState.MISSING, Optional.of(all));
        } else {
            try (PreparedStatement update = connection.prepareStatement("UPDATE job SET state = 'QUEUED', reason = ?,"
                    + " attempts = attempts - ?, fence = NULL, ticket = NULL, avoided_board = board, avoided_until_ms = "
                    + dialect.now() + " + ? WHERE job_id = ?")) {
                update.setString(1, bounded(reason));
                update.setInt(2, costsAttempt ? 0 : 1);
                update.setLong(3, avoidance.toMillis());
                update.setString(4, job.id());
                update.executeUpdate();
            }
        }
    }

    /** Ends the jobs of a night that wait still when its deadline is over. */
    void endLate(Connection connection, String night) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE job SET state = 'MISSING',"
                + " reason = COALESCE(reason || '; ', '') || CASE WHEN wanted_board IS NULL THEN 'no board of pool '"
                + " || pool || ' took' ELSE 'board ' || wanted_board || ' did not take' END"
                + " || ' it by the deadline of its night',"
                + " ended_at_ms = " + dialect.now() + " WHERE state = 'QUEUED' AND job_id IN (SELECT job_id"
                + " FROM night_item JOIN night ON night.night_key = night_item.night_key WHERE night_id = ?"
                + " AND deadline_ms <= " + dialect.now() + ")")) {
            update.setString(1, night);
            update.executeUpdate();
        }
    }

    /** Ends a job that somebody has asked to end. */
    void cancelled(Connection connection, String id) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE job SET state = 'CANCELLED',"
                + " reason = 'cancelled by ' || cancelled_by, ended_at_ms = " + dialect.now()
                + ", fence = NULL, ticket = NULL WHERE job_id = ?")) {
            update.setString(1, id);
            update.executeUpdate();
        }
    }

    /** Notes that somebody wants a job to end; false when it has ended, or is not there. */
    static boolean requestCancellation(Connection connection, String id, String who) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE job SET cancelled_by ="
                + " COALESCE(cancelled_by, ?) WHERE job_id = ? AND state IN ('QUEUED', 'RUNNING')")) {
            update.setString(1, who);
            update.setString(2, id);
            return update.executeUpdate() == 1;
        }
    }

    private static String bounded(String reason) {
        return reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) + "…" : reason;
    }
}
