// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the scheduler of one board speaks to the database: times are milliseconds as everywhere in the store, and it sees
 * tickets of its pool only, while its board is free and a job waits that the board may run.
 */
final class TicketSql extends DefaultJdbcCustomization {
    private final Dialect dialect;
    private final String mayRun;

    TicketSql(Dialect dialect, PoolChoice choice) {
        super(true);
        this.dialect = dialect;
        this.mayRun = " AND task_name = " + choice.pool() + " AND NOT " + StoredLeases.isHeld(dialect, choice.board())
                + " AND (EXISTS (SELECT 1 FROM job WHERE " + choice.mayRun()
                + ") OR NOT EXISTS (SELECT 1 FROM job WHERE pool = " + choice.pool() + " AND state = 'QUEUED')) ";
    }

    @Override
    public String getName() {
        return dialect.name();
    }

    @Override
    public void setInstant(PreparedStatement statement, int index, @Nullable Instant value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, value.toEpochMilli());
        }
    }

    @Override
    public @Nullable Instant getInstant(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(value);
    }

    @Override
    public void setTaskData(PreparedStatement statement, int index, byte @Nullable [] value) throws SQLException {
        statement.setBytes(index, value);
    }

    @Override
    public String getQueryLimitPart(int limit) {
        return " LIMIT " + limit;
    }

    @Override
    public String createSelectDueQuery(String table, int limit, String condition, boolean byPriority) {
        return "SELECT * FROM " + table + " WHERE picked = ? AND execution_time <= ? " + condition + mayRun
                + "ORDER BY execution_time LIMIT " + limit;
    }

    @Override
    public boolean supportsGenericLockAndFetch() {
        return dialect == Dialect.POSTGRESQL;
    }

    @Override
    public String createGenericSelectForUpdateQuery(String table, int limit, String condition, boolean byPriority) {
        return createSelectDueQuery(table, limit, condition, byPriority) + dialect.skipLocked();
    }
}
