// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * The scheduler's table: a ticket lets one board of a pool run one job, whichever waits. Tickets that no job needs are
 * spent when none waits.
 */
final class TicketTable {
    static final String NAME = "scheduled_tasks";

    private TicketTable() {}

    /** Adds one that is due, together with its job. */
    static void add(Connection connection, Dialect dialect, String pool, String id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + NAME
                + " (task_name, task_instance, execution_time, picked, version) VALUES (?, ?, " + dialect.now()
                + ", ?, 1)")) {
            insert.setString(1, pool);
            insert.setString(2, id);
            insert.setBoolean(3, false);
            insert.executeUpdate();
        }
    }

    /** Removes one with its job, but for one that some board has picked: that board removes it. */
    static void remove(Connection connection, String pool, String id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM " + NAME + " WHERE task_name = ? AND task_instance = ? AND picked = ?")) {
            delete.setString(1, pool);
            delete.setString(2, id);
            delete.setBoolean(3, false);
            delete.executeUpdate();
        }
    }
}
