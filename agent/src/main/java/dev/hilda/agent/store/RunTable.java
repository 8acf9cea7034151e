// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.Fields;
import dev.hilda.agent.result.Result;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The tables of runs and of what their images came to, within a transaction of the caller's. */
final class RunTable {
    /** Columns that hold the field of their name, of the result's document. */
    private static final List<String> FIELDS = List.of(
            "schema",
            "bench",
            "board",
            "board_serial",
            "timing",
            "passed",
            "complete",
            "failure_kind",
            "run_host_ms",
            "unique_id",
            "chip_revision",
            "model_hash",
            "bundle_sha256",
            "data_sha256",
            "data_set",
            "metric",
            "images",
            "parity_matched",
            "accuracy_top1",
            "cycles_p50",
            "latency_us_p50",
            "flash_bytes",
            "flash_sectors_erased",
            "ram_peak_bytes",
            "hilda_version");

    private static final String INSERT = String.format(
            Locale.ROOT,
            "INSERT INTO run (run_id, started_at_ms, subject, document, %s) VALUES (?, ?, ?, ?%s)",
            String.join(", ", FIELDS),
            String.join("", Collections.nCopies(FIELDS.size(), ", ?")));

    private RunTable() {}

    /** The key of a run; empty where it is not there. */
    static OptionalLong find(Connection connection, String runId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT run_key FROM run WHERE run_id = ?")) {
            query.setString(1, runId);
            try (ResultSet found = query.executeQuery()) {
                return found.next() ? OptionalLong.of(found.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** The result of a run; empty where it is not there. */
    static Optional<Result> result(Connection connection, String runId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT document FROM run WHERE run_id = ?")) {
            query.setString(1, runId);
            Optional<String> document =
                    Rows.list(query, row -> row.getString(1)).stream().findFirst();
            return document.isPresent() ? Optional.of(Result.parse(document.get())) : Optional.empty();
        } catch (JsonProcessingException e) {
            throw new SQLException("run " + runId + " cannot be read", e);
        }
    }

    /**
     * Adds a run.
     *
     * @return its key
     */
    static long add(Connection connection, Result result, List<ImageOutcome> outcomes) throws SQLException {
        Fields fields = result.fields();
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, result.run().runId());
            insert.setLong(2, result.run().time().toEpochMilli());
            insert.setString(3, result.subject());
            insert.setString(4, result.toJson());
            for (int column = 0; column < FIELDS.size(); column++) {
                set(insert, 5 + column, fields.value(FIELDS.get(column)));
            }
            insert.executeUpdate();
        }
        long run = find(connection, result.run().runId()).orElseThrow();
        addImages(connection, outcomes);
        addOutcomes(connection, run, outcomes);
        return run;
    }

    private static void addImages(Connection connection, List<ImageOutcome> outcomes) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO image (sha256) VALUES (?) ON CONFLICT DO NOTHING")) {
            // In one order, so that no two programs wait for each other.
            for (String sha256 : outcomes.stream()
                    .map(ImageOutcome::sha256)
                    .sorted()
                    .distinct()
                    .toList()) {
                insert.setString(1, sha256);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void addOutcomes(Connection connection, long run, List<ImageOutcome> outcomes) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO outcome SELECT CAST(? AS BIGINT), CAST(? AS INTEGER), image_key, CAST(? AS INTEGER),"
                        + " CAST(? AS INTEGER), CAST(? AS SMALLINT), CAST(? AS SMALLINT) FROM image WHERE sha256 = ?")) {
            for (int position = 0; position < outcomes.size(); position++) {
                ImageOutcome outcome = outcomes.get(position);
                insert.setLong(1, run);
                insert.setInt(2, position);
                set(insert, 3, outcome.label());
                set(insert, 4, outcome.prediction());
                set(insert, 5, outcome.correct().map(Object.class::cast));
                insert.setInt(6, outcome.matched() ? 1 : 0);
                insert.setString(7, outcome.sha256());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void set(PreparedStatement statement, int parameter, OptionalInt value) throws SQLException {
        set(statement, parameter, value.isPresent() ? Optional.of((long) value.getAsInt()) : Optional.empty());
    }

    private static void set(PreparedStatement statement, int parameter, Optional<?> value) throws SQLException {
        if (value.isEmpty()) {
            statement.setNull(parameter, Types.NULL);
        } else if (value.get() instanceof Boolean flag) {
            statement.setInt(parameter, flag ? 1 : 0);
        } else {
            statement.setObject(parameter, value.get());
        }
    }

    /** Removes a run and what its images came to. */
    static void remove(Connection connection, long run) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM run WHERE run_key = ?")) {
            delete.setLong(1, run);
            delete.executeUpdate();
        }
    }

    /** What the images of a run came to, in order. */
    static List<ImageOutcome> outcomes(Connection connection, long run) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT image.sha256, label, prediction, correct, matched FROM outcome JOIN image"
                        + " ON image.image_key = outcome.image_key WHERE run_key = ? ORDER BY position")) {
            query.setLong(1, run);
            return Rows.list(
                    query,
                    row -> new ImageOutcome(
                            row.getString(1),
                            Rows.optionalInt(row, 2),
                            Rows.optionalInt(row, 3),
                            Rows.optionalFlag(row, 4),
                            row.getInt(5) == 1));
        }
    }
}
