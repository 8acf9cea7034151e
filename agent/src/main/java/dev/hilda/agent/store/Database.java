// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.folder.IoReason;
import dev.hilda.agent.folder.PrivateFolder;
import dev.hilda.profile.UserFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * One connection to an SQLite file. Several programs may have one each: readers never wait, writers for one another.
 * What was committed survives a power cut.
 */
final class Database implements AutoCloseable {
    /** A transaction writes for milliseconds; who waits this long waits for a program that was stopped. */
    private static final int BUSY_MS = 30_000;

    /** Where the driver unpacks its native part; by itself it takes the temporary folder, where others may write. */
    private static final String NATIVE_FOLDER = "org.sqlite.tmpdir";

    private final Path file;
    private final Connection connection;

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** Reads or writes, all of it or nothing. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * Opens a file, and makes it where there is none.
     *
     * @param environment names the folder for the driver's native part
     * @throws BenchFailure of kind {@link FailureKind#STORE}
     */
    static Database open(Path file, Map<String, String> environment) {
        loadDriver(environment);
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MS);
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            return new Database(file, DriverManager.getConnection("jdbc:sqlite:" + file, config.toProperties()));
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.STORE, "open the store")
                    .expected("a folder that this user may write, for " + file)
                    .actual(IoReason.of(e))
                    .remedy("make room there, or let XDG_STATE_HOME name a folder that you may write")
                    .cause(e)
                    .failure();
        } catch (SQLException e) {
            throw failed(file, "open the store", e);
        }
    }

    private static synchronized void loadDriver(Map<String, String> environment) {
        if (System.getProperty(NATIVE_FOLDER) == null) {
            Path folder = UserFolders.of(environment).cache().resolve("sqlite");
            System.setProperty(NATIVE_FOLDER, PrivateFolder.require(folder).toString());
        }
    }

    /** As a transaction that no other program's comes between. */
    synchronized <T> T transaction(Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            T result = work.run(connection);
            connection.commit();
            connection.setAutoCommit(true);
            return result;
        } catch (SQLException | RuntimeException e) {
            undo(e);
            throw e;
        }
    }

    /** A full disk has ended the transaction already, and what comes of undoing it again must not hide that. */
    private void undo(Exception reason) {
        try {
            connection.rollback();
        } catch (SQLException ended) {
            reason.addSuppressed(ended);
        }
        try {
            connection.setAutoCommit(true);
        } catch (SQLException ended) {
            reason.addSuppressed(ended);
        }
    }

    /** Without a transaction: each statement for itself. */
    synchronized <T> T each(Work<T> work) throws SQLException {
        return work.run(connection);
    }

    Path file() {
        return file;
    }

    BenchFailure failed(String attempt, SQLException cause) {
        return failed(file, attempt, cause);
    }

    private static BenchFailure failed(Path file, String attempt, SQLException cause) {
        if (cause.getErrorCode() == SQLiteErrorCode.SQLITE_FULL.code) {
            return BenchFailure.of(FailureKind.STORE, attempt)
                    .expected("room for " + file)
                    .actual("the disk is full")
                    .remedy("make room there, or let XDG_STATE_HOME name another place")
                    .cause(cause)
                    .failure();
        }
        return BenchFailure.of(FailureKind.STORE, attempt)
                .expected("a database that can be written at " + file)
                .actual(String.valueOf(cause.getMessage()))
                .remedy("make room and check who owns " + file + "; XDG_STATE_HOME names another place;"
                        + " hilda store verify looks for damage, hilda store restore brings back a copy")
                .cause(cause)
                .failure();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // Everything was committed; the file's locks end with the process.
        }
    }
}
