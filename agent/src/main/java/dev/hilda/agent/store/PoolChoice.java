// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.QueueOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Which board of a pool runs a job, as SQL: one that holds its image, else the one whose flash is worn least. Each board
 * decides for itself whether it is that one. A job that has waited for a few looks goes to whichever looks first, as a better
 * board may be there no more.
 */
final class PoolChoice {
    private static final int LOOKS = 3;

    /** So often a board says that it is there before others count on it no more. */
    private static final int SIGNS = 3;

    private final Dialect dialect;
    private final String pool;
    private final String board;
    private final Duration deferral;
    private final Duration presence;

    PoolChoice(Dialect dialect, String pool, String board, QueueOptions options) {
        this.dialect = dialect;
        this.pool = quoted(pool);
        this.board = quoted(board);
        this.deferral = options.poll().multipliedBy(LOOKS);
        this.presence = options.deadAfter().multipliedBy(SIGNS);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** An expression: the pool's name. */
    String pool() {
        return pool;
    }

    /** An expression: the board's serial number. */
    String board() {
        return board;
    }

    /** A condition on a row of the table of jobs: that board may run it now. */
    String mayRun() {
        String isItsTurn =
                "(wanted_board IS NOT NULL OR submitted_at_ms <= " + dialect.now() + " - " + deferral.toMillis()
                        + " OR NOT " + isHeldByAFreeOne() + " AND " + betterOnes() + " < " + othersJobs() + ")";
        return "pool = " + pool + " AND state = 'QUEUED' AND (wanted_board IS NULL OR wanted_board = " + board
                + ") AND (avoided_board IS NULL OR avoided_board <> " + board
                + " OR avoided_until_ms <= " + dialect.now() + ") AND (" + isHeldBy(board) + " OR NOT "
                + isWornOut(board) + " AND " + isItsTurn + ")";
    }

    /** A condition on a row of the table of jobs: that board has its image. */
    static String isHeldBy(String board) {
        return "EXISTS (SELECT 1 FROM board_flash WHERE board_flash.board = " + board
                + " AND board_flash.bundle_sha256 = job.bundle_sha256)";
    }

    /** Rows {@code free} of other boards of the pool that could take a job now. */
    private String freeOnes() {
        return "FROM pool_board free WHERE free.pool = " + pool + " AND free.board <> " + board
                + " AND free.seen_at_ms > " + dialect.now() + " - " + presence.toMillis() + " AND NOT "
                + StoredLeases.isHeld(dialect, "free.board");
    }

    private String isHeldByAFreeOne() {
        return "EXISTS (SELECT 1 " + freeOnes() + " AND " + isHeldBy("free.board") + ")";
    }

    private String betterOnes() {
        return "(SELECT COUNT(*) " + freeOnes() + " AND " + erases("free.board") + " < " + erases(board) + ")";
    }

    /** How many jobs wait for whichever board. */
    private String othersJobs() {
        return "(SELECT COUNT(*) FROM job WHERE job.pool = " + pool
                + " AND job.state = 'QUEUED' AND job.wanted_board IS NULL AND NOT "
                + isHeldByAFreeOne() + ")";
    }

    /** Of the sector that was erased most often. */
    private static String erases(String board) {
        return "COALESCE((SELECT MAX(flash_sector.erases) FROM flash_sector JOIN board_flash"
                + " ON board_flash.unique_id = flash_sector.unique_id WHERE board_flash.board = " + board + "), 0)";
    }

    private static String isWornOut(String board) {
        return "EXISTS (SELECT 1 FROM flash_sector JOIN chip ON chip.unique_id = flash_sector.unique_id"
                + " JOIN board_flash ON board_flash.unique_id = chip.unique_id WHERE board_flash.board = " + board
                + " AND flash_sector.erases >= chip.flash_endurance_cycles)";
    }

    /** Within a transaction: says that the board takes jobs of the pool. */
    void enter(Connection connection) throws SQLException {
        update(
                connection,
                "INSERT INTO pool_board (board, pool, seen_at_ms) VALUES (" + board + ", " + pool + ", "
                        + dialect.now() + ") ON CONFLICT (board) DO UPDATE SET pool = excluded.pool,"
                        + " seen_at_ms = excluded.seen_at_ms");
    }

    /** Within a transaction: the board takes no jobs until it enters again. */
    void leave(Connection connection) throws SQLException {
        update(connection, "DELETE FROM pool_board WHERE board = " + board);
    }

    /** Within a transaction: tells those who wait that no board of the pool may be flashed any more. */
    void sayWhereAllAreWornOut(Connection connection) throws SQLException {
        String reason = quoted("no board of pool has erases left by its datasheet; see v_wear");
        update(
                connection,
                "UPDATE job SET reason = " + reason + " WHERE pool = " + pool + " AND state = 'QUEUED'"
                        + " AND (reason IS NULL OR reason <> " + reason + ") AND " + isWornOut(board)
                        + " AND NOT EXISTS (SELECT 1 FROM pool_board other WHERE other.pool = " + pool
                        + " AND other.seen_at_ms > " + dialect.now() + " - " + presence.toMillis() + " AND (NOT "
                        + isWornOut("other.board") + " OR " + isHeldBy("other.board") + "))");
    }

    private static void update(Connection connection, String statement) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(statement)) {
            update.executeUpdate();
        }
    }
}
