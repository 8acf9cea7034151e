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
 * How a scheduler speaks to the database: times are milliseconds as everywhere in the store, and it sees its own executions
 * only.
 */
class SchedulerSql extends DefaultJdbcCustomization {
    private final Dialect dialect;
    private final String isItsOwn;

    /** @param isItsOwn a condition on a row of the scheduler's table */
    SchedulerSql(Dialect dialect, String isItsOwn) {
        super(true);
        this.dialect = dialect;
        this.isItsOwn = isItsOwn;
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
        return "SELECT * FROM " + table + " WHERE picked = ? AND execution_time <= ? " + condition + " AND " + isItsOwn
                + " ORDER BY execution_time LIMIT " + limit;
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
