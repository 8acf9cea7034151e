// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The table of what is to be published, within a transaction of the caller's. */
final class OutboxTable {
    private static final String WITH_DOCUMENT = "SELECT outbox.run_key, bench_sequence, run.document FROM outbox"
            + " JOIN run ON run.run_key = outbox.run_key WHERE ";

    private OutboxTable() {}

    /**
     * A result in the outbox.
     *
     * @param run its key
     * @param number within its bench
     */
    record Entry(long run, long number, String document) {}

    /** The number after the last one of a bench, which is taken with it. */
    static long takeNumber(Connection connection, String bench) throws SQLException {
        try (PreparedStatement next = connection.prepareStatement(
                "INSERT INTO bench_sequence (bench, last) VALUES (?, 1) ON CONFLICT (bench) DO UPDATE"
                        + " SET last = bench_sequence.last + 1 RETURNING last")) {
            next.setString(1, bench);
            try (ResultSet number = next.executeQuery()) {
                number.next();
                return number.getLong(1);
            }
        }
    }

    static void add(Connection connection, String bench, long number, long run, OptionalLong sentAtMs)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO outbox VALUES (?, ?, ?, ?)")) {
            insert.setString(1, bench);
            insert.setLong(2, number);
            insert.setLong(3, run);
            if (sentAtMs.isPresent()) {
                insert.setLong(4, sentAtMs.getAsLong());
            } else {
                insert.setNull(4, Types.BIGINT);
            }
            insert.executeUpdate();
        }
    }

    static void markSent(Connection connection, long run) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE outbox SET sent_at_ms = ? WHERE run_key = ?")) {
            update.setLong(1, System.currentTimeMillis());
            update.setLong(2, run);
            update.executeUpdate();
        }
    }

    /** How many wait, of one bench or of all. */
    static int waiting(Connection connection, Optional<String> bench) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT COUNT(*) FROM outbox WHERE sent_at_ms IS NULL AND (? IS NULL OR bench = ?)")) {
            query.setString(1, bench.orElse(null));
            query.setString(2, bench.orElse(null));
            return Rows.list(query, row -> row.getInt(1)).get(0);
        }
    }

    /** The first that waits behind that run, of one bench or of all. */
    static Optional<Entry> waitingAfter(Connection connection, Optional<String> bench, long run) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(WITH_DOCUMENT
                + "sent_at_ms IS NULL AND (? IS NULL OR outbox.bench = ?) AND outbox.run_key > ?"
                + " ORDER BY outbox.run_key LIMIT 1")) {
            query.setString(1, bench.orElse(null));
            query.setString(2, bench.orElse(null));
            query.setLong(3, run);
            return entries(query).stream().findFirst();
        }
    }

    /** The first of a bench from that number on, sent or not. */
    static Optional<Entry> numbered(Connection connection, String bench, long number) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                WITH_DOCUMENT + "outbox.bench = ? AND bench_sequence >= ? ORDER BY bench_sequence LIMIT 1")) {
            query.setString(1, bench);
            query.setLong(2, number);
            return entries(query).stream().findFirst();
        }
    }

    private static List<Entry> entries(PreparedStatement query) throws SQLException {
        return Rows.list(query, row -> new Entry(row.getLong(1), row.getLong(2), row.getString(3)));
    }
}
