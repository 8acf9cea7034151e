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
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * An SQLite file, which several programs may have open: readers never wait, writers for one another. Or a database of a
 * PostgreSQL server. What was committed survives a power cut.
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

    private static final int SERVER_CONNECTIONS = 8;

    /** What a program that was cut off has begun is undone soon, so that the others need not wait for it. */
    private static final String SERVER_OPTIONS = "-c idle_in_transaction_session_timeout=60s -c lock_timeout=30s"
            + " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3";

    /** Kept, as its level is forgotten with it. The driver tells what it throws once more, to whoever reads stderr. */
    private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

    private final StoreAddress address;
    private final Dialect dialect;
    private final Connections.Opener opener;
    private final Connections connections;

    private Database(StoreAddress address, Dialect dialect, int capacity, Connections.Opener opener)
            throws SQLException {
        this.address = address;
        this.dialect = dialect;
        this.opener = opener;
        this.connections = new Connections(capacity, opener);
    }

    /** Reads or writes, all of it or nothing. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * Opens a database; makes the file where there is none.
     *
     * @param environment names the folder for the driver's native part
     * @throws BenchFailure of kind {@link FailureKind#STORE}
     */
    static Database open(StoreAddress address, Map<String, String> environment) {
        try {
            return address.file().isPresent()
                    ? file(address, address.file().get(), environment)
                    : server(address, address.server().orElseThrow());
        } catch (SQLException e) {
            throw failed(address, "open the store", e);
        }
    }

    private static Database file(StoreAddress address, Path file, Map<String, String> environment) throws SQLException {
        loadDriver(environment);
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MS);
        makeFolder(file);
        return new Database(
                address,
                Dialect.SQLITE,
                SQLITE_CONNECTIONS,
                () -> DriverManager.getConnection("jdbc:sqlite:" + file, config.toProperties()));
    }

    private static void makeFolder(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        try {
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.STORE, "open the store")
                    .expected("a folder that this user may write, for " + file)
                    .actual(IoReason.of(e))
                    .remedy("make room there, or let XDG_STATE_HOME name a folder that you may write")
                    .cause(e)
                    .failure();
        }
    }

    private static Database server(StoreAddress address, ServerAddress server) throws SQLException {
        DRIVER_LOG.setLevel(Level.OFF);
        Properties defaults = new Properties();
        defaults.setProperty("user", server.user());
        defaults.setProperty("connectTimeout", "10");
        defaults.setProperty("socketTimeout", "30");
        defaults.setProperty("tcpKeepAlive", "true");
        defaults.setProperty("ApplicationName", "hilda");
        defaults.setProperty("options", SERVER_OPTIONS);
        return new Database(address, Dialect.POSTGRESQL, SERVER_CONNECTIONS, () -> {
            Properties all = new Properties();
            all.putAll(defaults);
            try {
                all.setProperty("password", server.password());
            } catch (IOException e) {
                throw new SQLException(String.valueOf(e.getMessage()), e);
            }
            return DriverManager.getConnection(server.url(), all);
        });
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
        } catch (SQLException e) {
            // The connection is gone, or a full disk has ended the transaction already: neither must hide the cause.
            cause.addSuppressed(e);
        }
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
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

    StoreAddress address() {
        return address;
    }

    Dialect dialect() {
        return dialect;
    }

    /** For who wants connections, as the scheduler does. */
    Connections connections() {
        return connections;
    }

    /** One more, of who opens it alone. */
    Connection open() throws SQLException {
        return opener.open();
    }

    BenchFailure failed(String attempt, SQLException cause) {
        return failed(address, attempt, cause);
    }

    private static BenchFailure failed(StoreAddress address, String attempt, SQLException cause) {
        if (address.file().isPresent() && cause.getErrorCode() == SQLiteErrorCode.SQLITE_FULL.code) {
            return BenchFailure.of(FailureKind.STORE, attempt)
                    .expected("room for " + address)
                    .actual("the disk is full")
                    .remedy("make room there, or let XDG_STATE_HOME name another place")
                    .cause(cause)
                    .failure();
        }
        String remedy = address.file().isPresent()
                ? "make room and check who owns " + address + "; XDG_STATE_HOME names another place;"
                        + " hilda store verify looks for damage, hilda store restore brings back a copy"
                : "check that the server runs and lets this host and user in, the password file, and its certificate";
        return BenchFailure.of(FailureKind.STORE, attempt)
                .expected("a database that can be written at " + address)
                .actual(String.valueOf(cause.getMessage()))
                .remedy(remedy)
                .cause(cause)
                .failure();
    }

    @Override
    public void close() {
        connections.close();
    }
}
