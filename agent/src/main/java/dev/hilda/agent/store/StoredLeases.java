// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.Leases;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Leases as rows, one a board. Every step is one statement, so that two programs never both succeed. */
final class StoredLeases implements Leases {
    private final Database database;
    private final String now;

    StoredLeases(Database database) {
        this.database = database;
        this.now = database.dialect().now();
    }

    /**
     * An SQL condition: somebody holds that board.
     *
     * @param board an expression
     */
    static String isHeld(Dialect dialect, String board) {
        return "EXISTS (SELECT 1 FROM lease WHERE board = " + board + " AND holder IS NOT NULL AND expires_at_ms > "
                + dialect.now() + ")";
    }

    @Override
    public Optional<Lease> take(String board, String holder, String purpose, String text, Duration duration) {
        return attempt("take board " + board, connection -> {
            try (PreparedStatement take = connection.prepareStatement(
                    "INSERT INTO lease (board, fence, holder, purpose, reason, expires_at_ms) VALUES (?, 1, ?, ?, ?, "
                            + now + " + ?) ON CONFLICT (board) DO UPDATE SET fence = lease.fence + 1,"
                            + " holder = excluded.holder, purpose = excluded.purpose, reason = excluded.reason,"
                            + " expires_at_ms = excluded.expires_at_ms"
                            + " WHERE lease.holder IS NULL OR lease.expires_at_ms <= " + now
                            + " RETURNING fence, expires_at_ms")) {
                take.setString(1, board);
                take.setString(2, holder);
                take.setString(3, purpose);
                take.setString(4, text);
                take.setLong(5, duration.toMillis());
                return first(Rows.list(
                        take, row -> new StoredLease(board, holder, purpose, text, row.getLong(1), row.getLong(2))));
            }
        });
    }

    @Override
    public Optional<Lease> holder(String board) {
        return attempt("ask who holds board " + board, connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT holder, purpose, reason, fence, expires_at_ms FROM lease WHERE board = ?"
                            + " AND holder IS NOT NULL AND expires_at_ms > " + now)) {
                query.setString(1, board);
                return first(Rows.list(
                        query,
                        row -> new StoredLease(
                                board,
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getLong(4),
                                row.getLong(5))));
            }
        });
    }

    private static Optional<Lease> first(List<StoredLease> found) {
        return found.stream().map(Lease.class::cast).findFirst();
    }

    /**
     * Within a transaction: whether that lease is the newest of its board. Until the transaction ends nobody takes the
     * board.
     */
    static boolean isCurrent(Connection connection, String board, long fence) throws SQLException {
        // Writing the row locks it in every database.
        try (PreparedStatement lock = connection.prepareStatement(
                "UPDATE lease SET fence = fence WHERE board = ? AND fence = ? AND holder IS NOT NULL")) {
            lock.setString(1, board);
            lock.setLong(2, fence);
            return lock.executeUpdate() == 1;
        }
    }

    private <T> T attempt(String what, Database.Work<T> work) {
        try {
            return database.each(work);
        } catch (SQLException e) {
            throw database.failed(what, e);
        }
    }

    private final class StoredLease implements Lease {
        private final String board;
        private final String holder;
        private final String purpose;
        private final String text;
        private final long fence;
        private volatile long expiresAtMs;

        StoredLease(String board, String holder, String purpose, String text, long fence, long expiresAtMs) {
            this.board = board;
            this.holder = holder;
            this.purpose = purpose;
            this.text = text;
            this.fence = fence;
            this.expiresAtMs = expiresAtMs;
        }

        @Override
        public String board() {
            return board;
        }

        @Override
        public String holder() {
            return holder;
        }

        @Override
        public String purpose() {
            return purpose;
        }

        @Override
        public String text() {
            return text;
        }

        @Override
        public long fence() {
            return fence;
        }

        @Override
        public long expiresAtMs() {
            return expiresAtMs;
        }

        @Override
        public boolean renew(Duration duration) {
            return attempt("renew the lease of board " + board, connection -> {
                try (PreparedStatement renew = connection.prepareStatement("UPDATE lease SET expires_at_ms = " + now
                        + " + ? WHERE board = ? AND fence = ? AND holder IS NOT NULL RETURNING expires_at_ms")) {
                    renew.setLong(1, duration.toMillis());
                    renew.setString(2, board);
                    renew.setLong(3, fence);
                    List<Long> renewed = Rows.list(renew, row -> row.getLong(1));
                    renewed.forEach(until -> expiresAtMs = until);
                    return !renewed.isEmpty();
                }
            });
        }

        @Override
        public void release() {
            attempt("release board " + board, connection -> {
                try (PreparedStatement release = connection.prepareStatement("UPDATE lease SET holder = NULL,"
                        + " purpose = NULL, reason = NULL, expires_at_ms = NULL WHERE board = ? AND fence = ?")) {
                    release.setString(1, board);
                    release.setLong(2, fence);
                    return release.executeUpdate();
                }
            });
        }
    }
}
