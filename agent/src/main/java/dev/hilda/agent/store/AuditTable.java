// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The table that remembers for ever who has changed something, within a transaction of the caller's. */
final class AuditTable {
    private AuditTable() {}

    /** @param status how it ended, by RFC 9110 */
    static void add(Connection connection, String caller, String action, int status) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO audit (at_ms, caller, action, status) VALUES (?, ?, ?, ?)")) {
            insert.setLong(1, System.currentTimeMillis());
            insert.setString(2, caller);
            insert.setString(3, action);
            insert.setInt(4, status);
            insert.executeUpdate();
        }
    }
}
