// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Where the databases differ that a store may be in. */
enum Dialect {
    SQLITE(
            "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_history'",
            ""),
    POSTGRESQL(
            "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
            "SELECT COUNT(*) FROM information_schema.tables"
                    + " WHERE table_schema = current_schema() AND table_name = 'schema_history'",
            " FOR UPDATE SKIP LOCKED");

    private final String now;
    private final String historyTables;
    private final String skipLocked;

    Dialect(String now, String historyTables, String skipLocked) {
        this.now = now;
        this.historyTables = historyTables;
        this.skipLocked = skipLocked;
    }

    /** An expression: milliseconds since 1970 by the database's clock. Whoever shares a store shares that clock. */
    String now() {
        return now;
    }

    /** A query: whether there is a history of the schema. */
    String historyTables() {
        return historyTables;
    }

    /** The end of a query whose rows the transaction will write; passes over those that another one writes. */
    String skipLocked() {
        return skipLocked;
    }

    /** Within a transaction: lets no other one do the same until it ends. SQLite has one writer at a time anyway. */
    void lock(Connection connection, Lock lock) throws SQLException {
        if (this == POSTGRESQL) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(lock.statement);
            }
        }
    }

    /** What more than one transaction must not do at once. */
    enum Lock {
        /** Bringing the store to another schema. */
        SCHEMA("SELECT pg_advisory_xact_lock(310939272258)"),
        /** Removing images that no run has, of which one that is being written may need some. */
        IMAGES("LOCK TABLE image IN SHARE ROW EXCLUSIVE MODE");

        private final String statement;

        Lock(String statement) {
            this.statement = statement;
        }
    }

    /** The folder of its scripts. */
    String scripts() {
        return this == SQLITE ? "sqlite" : "postgresql";
    }

    /** Whether the database was not reached or went away, so that the same may succeed later. */
    boolean isAway(SQLException e) {
        String state = e.getSQLState();
        // Class 08 is the connection's; 57P01 to 57P03 are told by a server that stops, starts or has ended a session.
        return this == POSTGRESQL && state != null && (state.startsWith("08") || state.startsWith("57P"));
    }
}
