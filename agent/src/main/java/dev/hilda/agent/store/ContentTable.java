// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The tables of contents, a row for each and one for each piece of it, within a transaction of the caller's. */
final class ContentTable {
    /** A content whose writer has not come to its end in that time has none any more. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private ContentTable() {}

    /** Notes that a content is wanted; false when it is not there. */
    static boolean use(Connection connection, Dialect dialect, String sha256) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE content SET used_at_ms = " + dialect.now() + " WHERE sha256 = ? AND complete = 1")) {
            update.setString(1, sha256);
            return update.executeUpdate() == 1;
        }
    }

    /** The size of a content that is complete. */
    static Optional<Long> sizeBytes(Connection connection, String sha256) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT size_bytes FROM content WHERE sha256 = ? AND complete = 1")) {
            query.setString(1, sha256);
            return Rows.list(query, row -> row.getLong(1)).stream().findFirst();
        }
    }

    /** Begins with a content, or goes on with one that somebody began. */
    static void begin(Connection connection, Dialect dialect, String sha256, long sizeBytes) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO content VALUES (?, ?, 0, "
                + dialect.now() + ") ON CONFLICT (sha256) DO UPDATE SET used_at_ms = excluded.used_at_ms")) {
            insert.setString(1, sha256);
            insert.setLong(2, sizeBytes);
            insert.executeUpdate();
        }
    }

    static void add(Connection connection, String sha256, int position, byte[] bytes) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO content_chunk VALUES (?, ?, ?) ON CONFLICT DO NOTHING")) {
            insert.setString(1, sha256);
            insert.setInt(2, position);
            insert.setBytes(3, bytes);
            insert.executeUpdate();
        }
    }

    /** Notes that a content is complete; false when it is not. */
    static boolean complete(Connection connection, String sha256) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE content SET complete = 1 WHERE sha256 = ?"
                + " AND size_bytes = (SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM content_chunk WHERE sha256 = ?)")) {
            update.setString(1, sha256);
            update.setString(2, sha256);
            return update.executeUpdate() == 1;
        }
    }

    static void remove(Connection connection, String sha256) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM content WHERE sha256 = ? AND complete = 0")) {
            delete.setString(1, sha256);
            delete.executeUpdate();
        }
    }

    static Optional<byte[]> chunk(Connection connection, String sha256, int position) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT bytes FROM content_chunk WHERE sha256 = ? AND position = ?")) {
            query.setString(1, sha256);
            query.setInt(2, position);
            List<byte[]> found = Rows.list(query, row -> row.getBytes(1));
            return found.stream().findFirst();
        }
    }

    /** Removes what nobody wants any more. */
    static int prune(Connection connection, Dialect dialect, Duration unused) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM content WHERE used_at_ms < "
                + dialect.now() + " - CASE WHEN complete = 1 THEN ? ELSE ? END AND NOT EXISTS (SELECT 1 FROM job"
                + " WHERE state IN ('QUEUED', 'RUNNING') AND content.sha256 IN (bundle_sha256, data_sha256))")) {
            delete.setLong(1, unused.toMillis());
            delete.setLong(2, ABANDONED.toMillis());
            return delete.executeUpdate();
        }
    }
}
