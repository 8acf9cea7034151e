// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.profile.Timing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Which runs are wanted, the newest first.
 *
 * @param subject of that model only
 * @param boardSerial on that board only
 * @param limit at most so many
 */
public record RunQuery(Optional<String> subject, Optional<String> boardSerial, int limit) {
    private static final String SQL =
            "SELECT run_id, started_at_ms, subject, board, board_serial, timing, passed, failure_kind, images,"
                    + " accuracy_top1, cycles_p50, bench_sequence, sent_at_ms FROM v_runs"
                    + " WHERE (? IS NULL OR subject = ?) AND (? IS NULL OR board_serial = ?)"
                    + " ORDER BY started_at_ms DESC, run_id LIMIT ?";

    List<RunSummary> run(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(SQL)) {
            query.setString(1, subject.orElse(null));
            query.setString(2, subject.orElse(null));
            query.setString(3, boardSerial.orElse(null));
            query.setString(4, boardSerial.orElse(null));
            query.setInt(5, limit);
            return Rows.list(query, RunQuery::summary);
        }
    }

    private static RunSummary summary(ResultSet row) throws SQLException {
        double top1 = row.getDouble(10);
        OptionalDouble accuracy = row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(top1);
        return new RunSummary(
                row.getString(1),
                Instant.ofEpochMilli(row.getLong(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Timing.valueOf(row.getString(6).toUpperCase(Locale.ROOT)),
                row.getInt(7) == 1,
                Optional.ofNullable(row.getString(8)),
                Rows.optionalLong(row, 9),
                accuracy,
                Rows.optionalLong(row, 11),
                Rows.optionalLong(row, 12),
                Rows.optionalLong(row, 13).isPresent());
    }
}
