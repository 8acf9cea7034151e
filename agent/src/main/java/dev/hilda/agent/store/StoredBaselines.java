// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The baselines of a store. Who promotes one is in the audit, by the same transaction. */
public final class StoredBaselines {
    private static final int OK = 200;
    private static final String SELECT =
            "SELECT bench, board, subject, data_sha256, run_id, started_at_ms, promoted_at_ms, promoted_by"
                    + " FROM v_baselines";

    private final Database database;

    StoredBaselines(Database database) {
        this.database = database;
    }

    /**
     * Promotes a run in the place of the baseline there was.
     *
     * @param who does it
     * @return the id of the run that was the baseline before
     * @throws BenchFailure of kind {@link FailureKind#STORE} when the run is not there, did not pass or is a self-test
     */
    public Optional<String> promote(String runId, String who) {
        return attempt("promote the run " + runId, connection -> {
            Optional<String> before = replace(connection, runId, who);
            AuditTable.add(
                    connection,
                    who,
                    "promote run " + runId
                            + before.map(other -> " in the place of " + other).orElse(""),
                    OK);
            return before;
        });
    }

    /**
     * Promotes several runs in one step: all of them, or none.
     *
     * @param why part of the one line of the audit that names them
     * @throws BenchFailure as {@link #promote}, and nothing was changed
     */
    public void promoteAll(List<String> runIds, String who, String why) {
        attempt("promote " + runIds.size() + " runs", connection -> {
            for (String runId : runIds) {
                replace(connection, runId, who);
            }
            AuditTable.add(connection, who, "promote runs " + String.join(", ", runIds) + ": " + why, OK);
            return why;
        });
    }

    private static Optional<String> replace(Connection connection, String runId, String who) throws SQLException {
        RunResult result = passed(connection, runId);
        Optional<String> before = exact(connection, result);
        try (PreparedStatement upsert = connection.prepareStatement(
                "INSERT INTO baseline (bench, board, subject, data_sha256, run_key, promoted_at_ms, promoted_by)"
                        + " SELECT bench, board, subject, data_sha256, run_key, CAST(? AS BIGINT), CAST(? AS TEXT)"
                        + " FROM run WHERE run_id = ?"
                        + " ON CONFLICT (bench, board, subject, data_sha256) DO UPDATE SET run_key = excluded.run_key,"
                        + " promoted_at_ms = excluded.promoted_at_ms, promoted_by = excluded.promoted_by")) {
            upsert.setLong(1, System.currentTimeMillis());
            upsert.setString(2, who);
            upsert.setString(3, runId);
            upsert.executeUpdate();
        }
        return before;
    }

    private static RunResult passed(Connection connection, String runId) throws SQLException {
        Optional<String> document;
        try (PreparedStatement query = connection.prepareStatement("SELECT document FROM run WHERE run_id = ?")) {
            query.setString(1, runId);
            document = Rows.list(query, row -> row.getString(1)).stream().findFirst();
        }
        if (document.isEmpty()) {
            throw refused(runId, "no such run");
        }
        try {
            Result result = Result.parse(document.get());
            if (!result.outcome().passed()) {
                throw refused(
                        runId,
                        "one that failed: " + result.outcome().failureKind().orElse("unknown"));
            }
            if (result instanceof RunResult run) {
                return run;
            }
            throw refused(runId, "a self-test");
        } catch (JsonProcessingException e) {
            throw refused(runId, "one of another version: " + e.getOriginalMessage());
        }
    }

    private static BenchFailure refused(String runId, String actual) {
        return BenchFailure.of(FailureKind.STORE, "promote the run " + runId)
                .expected("a run of a network that passed")
                .actual(actual)
                .remedy("hilda runs lists them; nothing was changed")
                .failure();
    }

    private static Optional<String> exact(Connection connection, RunResult result) throws SQLException {
        return nearest(connection, result)
                .filter(found -> found.dataSha256().equals(result.origin().dataSha256()))
                .map(Baseline::runId);
    }

    /**
     * What a run is to be held against: the baseline of its bench, board profile, subject and data set, else the one on another
     * data set that was promoted last.
     */
    public Optional<Baseline> of(RunResult result) {
        return attempt("look up the baseline", connection -> nearest(connection, result));
    }

    private static Optional<Baseline> nearest(Connection connection, RunResult result) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(SELECT
                + " WHERE bench = ? AND board = ? AND subject = ? ORDER BY CASE WHEN data_sha256 = ? THEN 0 ELSE 1 END,"
                + " promoted_at_ms DESC, run_id LIMIT 1")) {
            query.setString(1, result.run().bench());
            query.setString(2, result.run().board());
            query.setString(3, result.subject());
            query.setString(4, result.origin().dataSha256());
            return Rows.list(query, StoredBaselines::baseline).stream().findFirst();
        }
    }

    /** All, in the order of their names. */
    public List<Baseline> list() {
        return attempt("list the baselines", connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement(SELECT + " ORDER BY bench, board, subject, data_sha256")) {
                return Rows.list(query, StoredBaselines::baseline);
            }
        });
    }

    private static Baseline baseline(ResultSet row) throws SQLException {
        return new Baseline(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Instant.ofEpochMilli(row.getLong(6)),
                Instant.ofEpochMilli(row.getLong(7)),
                row.getString(8));
    }

    private <T> T attempt(String what, Database.Work<T> work) {
        try {
            return database.transaction(work);
        } catch (SQLException e) {
            throw database.failed(what, e);
        }
    }
}
