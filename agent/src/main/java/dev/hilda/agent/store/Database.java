// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.folder.PrivateFolder;
import dev.hilda.profile.UserFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.sqlite.SQLiteConfig;

/**
 * An SQLite file. Several programs may have it open: readers never wait, writers for one another. What was committed
 * survives a power cut.
 */
final class Database implements AutoCloseable {
    /** A transaction writes for milliseconds; who waits this long waits for a program that was stopped. */
    private static final int BUSY_MS = 30_000;

    /** Between two attempts at a database that is away. */
    private static final Duration PAUSE = Duration.ofMillis(250);

    /** Where the driver unpacks its native part; by itself it takes the temporary folder, where others may write. */
    private static final String NATIVE_FOLDER = "org.sqlite.tmpdir";

    /** Writers of one file wait for one another anyway: here in the order they came. */
    private static final int SQLITE_CONNECTIONS = 1;

    private final Path file;
    private final Dialect dialect;
    private final Connections connections;

    private Database(Path file, Dialect dialect, Connections connections) {
        this.file = file;
        this.dialect = dialect;
        this.connections = connections;
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
            Connections connections = new Connections(
                    SQLITE_CONNECTIONS,
                    () -> DriverManager.getConnection("jdbc:sqlite:" + file, config.toProperties()));
            return new Database(file, Dialect.SQLITE, connections);
        } catch (IOException | SQLException e) {
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
    <T> T transaction(Work<T> work) throws SQLException {
        return each(connection -> {
            connection.setAutoCommit(false);
            try {
                T result = work.run(connection);
                connection.commit();
                connection.setAutoCommit(true);
                return result;
            } catch (SQLException | RuntimeException e) {
                undo(connection, e);
                throw e;
            }
        });
    }

    /**
     * As a transaction that is tried again while the database is away. It may have succeeded before: the work looks whether
     * it has.
     *
     * @param patience for how long
     */
    <T> T transaction(Duration patience, Work<T> work) throws SQLException {
        long start = System.nanoTime();
        while (true) {
            try {
                return transaction(work);
            } catch (SQLException e) {
                if (!dialect.isAway(e) || System.nanoTime() - start > patience.toNanos() || !pause()) {
                    throw e;
                }
            }
        }
    }

    /** False when the thread is interrupted. */
    private static boolean pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void undo(Connection connection, Exception cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e); // The connection is gone, and with it what was not committed.
        }
    }

    /** Without a transaction: each statement for itself. */
    <T> T each(Work<T> work) throws SQLException {
        Connection connection = connections.take();
        try {
            return work.run(connection);
        } finally {
            connections.giveBack(connection);
        }
    }

    /** What every program that shares this database takes for the time, in milliseconds since 1970. */
    long nowMs() throws SQLException {
        return each(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT " + dialect.now())) {
                return Rows.list(query, row -> row.getLong(1)).get(0);
            }
        });
    }

    Path file() {
        return file;
    }

    Dialect dialect() {
        return dialect;
    }

    /** For who wants connections, as the scheduler does. */
    Connections connections() {
        return connections;
    }

    BenchFailure failed(String attempt, SQLException cause) {
        return failed(file, attempt, cause);
    }

    private static BenchFailure failed(Path file, String attempt, Exception cause) {
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
        connections.close();
    }
}
