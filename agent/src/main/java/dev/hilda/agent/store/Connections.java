// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Connections that are opened when they are needed, serve one thread at a time, and are kept for the next. */
final class Connections implements AutoCloseable {
    /** One that has been idle for longer is asked whether it is still there. */
    private static final Duration TRUSTED = Duration.ofSeconds(2);

    private static final int ANSWER_SECONDS = 5;

    private final Opener opener;
    private final Semaphore permits;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private boolean isClosed;

    /** Opens another connection. */
    @FunctionalInterface
    interface Opener {
        Connection open() throws SQLException;
    }

    private record Idle(Connection connection, long sinceNanos) {}

    /**
     * Opens the first, so that what is wrong with the database shows.
     *
     * @param capacity how many threads may have one at once
     */
    Connections(int capacity, Opener opener) throws SQLException {
        this.opener = opener;
        this.permits = new Semaphore(capacity, true);
        giveBack(take());
    }

    /** To be given back by the thread that takes it, which takes no other meanwhile. */
    Connection take() throws SQLException {
        permits.acquireUninterruptibly();
        try {
            for (Idle next = next(); next != null; next = next()) {
                if (System.nanoTime() - next.sinceNanos() < TRUSTED.toNanos()
                        || next.connection().isValid(ANSWER_SECONDS)) {
                    return next.connection();
                }
                discard(next.connection());
            }
            return opener.open();
        } catch (SQLException | RuntimeException e) {
            permits.release();
            throw e;
        }
    }

    private synchronized @Nullable Idle next() throws SQLException {
        if (isClosed) {
            throw new SQLException("the store is closed");
        }
        return idle.pollLast();
    }

    void giveBack(Connection connection) {
        try {
            if (isReusable(connection)) {
                keep(connection);
            } else {
                discard(connection);
            }
        } finally {
            permits.release();
        }
    }

    private static boolean isReusable(Connection connection) {
        try {
            return !connection.isClosed() && connection.getAutoCommit();
        } catch (SQLException e) {
            return false;
        }
    }

    private synchronized void keep(Connection connection) {
        if (isClosed) {
            discard(connection);
        } else {
            idle.addLast(new Idle(connection, System.nanoTime()));
        }
    }

    /** One of these, given back where it is closed. */
    Connection borrowed() throws SQLException {
        Connection connection = take();
        return (Connection) Proxy.newProxyInstance(
                Connections.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        giveBack(connection);
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    static void discard(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // Everything was committed or undone; what the other side holds of it ends with the connection.
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        idle.forEach(kept -> discard(kept.connection()));
        idle.clear();
    }
}
