// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the database's clock was seen last. When it is set back, jobs would wait for times that are far away again, and the
 * leases of the dead would last: the times of all that waits are set back by as much.
 */
final class ClockTable {
    private static final Logger LOG = LoggerFactory.getLogger(ClockTable.class);

    /** Less is made good by waiting. */
    private static final long TOLERATED_MS = 2000;

    /** Noted this often, so that of many boards one writes. */
    private static final long NOTED_EVERY_MS = 5000;

    private static final List<String> TIMES_OF_WHAT_WAITS = List.of(
            "UPDATE " + TicketTable.NAME + " SET execution_time = execution_time - ?",
            "UPDATE " + TicketTable.NAME + " SET last_heartbeat = last_heartbeat - ? WHERE last_heartbeat IS NOT NULL",
            "UPDATE lease SET expires_at_ms = expires_at_ms - ? WHERE expires_at_ms IS NOT NULL",
            "UPDATE job SET avoided_until_ms = avoided_until_ms - ? WHERE avoided_until_ms IS NOT NULL",
            "UPDATE job SET submitted_at_ms = submitted_at_ms - ? WHERE state = 'QUEUED'",
            "UPDATE pool_board SET seen_at_ms = seen_at_ms - ?");

    private final Database database;

    ClockTable(Database database) {
        this.database = database;
    }

    private record Seen(long latestMs, long nowMs) {
        private long setBackMs() {
            return latestMs - nowMs > TOLERATED_MS ? latestMs - nowMs : 0;
        }
    }

    /** Looks at the clock; makes up for it when it was set back since somebody looked last. */
    void look() {
        try {
            Seen seen = database.each(this::read);
            if (seen.setBackMs() > 0 || seen.nowMs() - seen.latestMs() > NOTED_EVERY_MS) {
                database.transaction(this::note);
            }
        } catch (SQLException e) {
            LOG.debug("the database's clock was not looked at", e);
        }
    }

    private Seen read(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT latest_ms, " + database.dialect().now() + " FROM clock")) {
            return Rows.list(query, row -> new Seen(row.getLong(1), row.getLong(2)))
                    .get(0);
        }
    }

    private Seen note(Connection connection) throws SQLException {
        try (Statement lock = connection.createStatement()) {
            lock.executeUpdate(
                    "UPDATE clock SET latest_ms = latest_ms"); // The others wait, and see then what was done.
        }
        Seen seen = read(connection);
        if (seen.setBackMs() > 0) {
            LOG.warn("the clock of {} was set back by {} s", database.address(), seen.setBackMs() / 1000);
            for (String update : TIMES_OF_WHAT_WAITS) {
                write(connection, update, seen.setBackMs());
            }
        }
        write(connection, "UPDATE clock SET latest_ms = ?", seen.nowMs());
        return seen;
    }

    private static void write(Connection connection, String update, long number) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setLong(1, number);
            statement.executeUpdate();
        }
    }
}
