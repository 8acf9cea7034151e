// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Numbered scripts that bring a store to the schema of this program, each applied once. */
final class Migrations {
    /** The number of the last script. */
    static final int LATEST = 8;

    private Migrations() {}

    /**
     * Applies the scripts that are missing, all or none.
     *
     * @param program says who did it
     * @throws BenchFailure of kind {@link FailureKind#STORE} when a newer program has written the store
     */
    static void apply(Database database, String program) throws SQLException {
        Dialect dialect = database.dialect();
        if (database.each(connection -> version(connection, dialect)) == LATEST) {
            return; // Without a lock, as nearly always.
        }
        int found = database.transaction(connection -> {
            dialect.lock(connection, Dialect.Lock.SCHEMA);
            int version = version(connection, dialect);
            for (int next = version + 1; next <= LATEST; next++) {
                run(connection, script(dialect, next));
                record(connection, next, program);
            }
            return version;
        });
        if (found > LATEST) {
            throw newer(database, found);
        }
    }

    private static BenchFailure newer(Database database, int found) {
        return BenchFailure.of(FailureKind.STORE, "use the store " + database.address())
                .expected("schema " + LATEST + " or older")
                .actual("schema " + found + ", of a newer hilda")
                .remedy("update this hilda; nothing was changed")
                .failure();
    }

    /** 0 where there is none yet. */
    private static int version(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet tables = statement.executeQuery(dialect.historyTables())) {
                if (!tables.next() || tables.getInt(1) == 0) {
                    return 0;
                }
            }
            try (ResultSet versions = statement.executeQuery("SELECT MAX(version) FROM schema_history")) {
                return versions.next() ? versions.getInt(1) : 0;
            }
        }
    }

    private static void record(Connection connection, int version, String program) throws SQLException {
        run(
                connection,
                "CREATE TABLE IF NOT EXISTS schema_history"
                        + " (version INTEGER PRIMARY KEY, applied_at_ms BIGINT NOT NULL, program TEXT NOT NULL)");
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO schema_history VALUES (?, ?, ?)")) {
            insert.setInt(1, version);
            insert.setLong(2, System.currentTimeMillis());
            insert.setString(3, program);
            insert.executeUpdate();
        }
    }

    private static void run(Connection connection, String statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(statements);
        }
    }

    private static String script(Dialect dialect, int number) {
        String name = String.format("%s/%04d.sql", dialect.scripts(), number);
        try (InputStream script = Migrations.class.getResourceAsStream(name)) {
            if (script == null) {
                throw new IllegalStateException("no script " + name);
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
