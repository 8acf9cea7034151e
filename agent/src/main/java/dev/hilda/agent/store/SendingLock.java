// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Held by the one program, and the one thread of it, that sends from an outbox; ends with the program. */
final class SendingLock {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** Of the advisory locks; no other program of this database's may use the same. */
    private static final int KEY = 0x48494c44;

    private SendingLock() {}

    /** What is done meanwhile. */
    @FunctionalInterface
    interface Sending {
        void run() throws IOException;
    }

    /**
     * Sends when nobody else does.
     *
     * @param bench whose results, or those of all; on a server only senders of the same wait for each other
     * @throws IOException when somebody sends for longer than a minute
     */
    static void hold(Database database, Optional<String> bench, Sending sending) throws IOException {
        Optional<Path> store = database.address().file();
        if (store.isPresent()) {
            holdFile(store.get(), sending);
        } else {
            holdServer(database, bench, sending);
        }
    }

    private static void holdFile(Path store, Sending sending) throws IOException {
        Path file = store.resolveSibling(store.getFileName() + ".sending");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            await(() -> attempt(channel) != null, file.toString());
            sending.run();
        } catch (SQLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The lock is the connection's, which does nothing else meanwhile. */
    private static void holdServer(Database database, Optional<String> bench, Sending sending) throws IOException {
        try (Connection connection = database.open();
                PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_lock(?, ?)")) {
            lock.setInt(1, KEY);
            lock.setInt(2, bench.orElse("").hashCode());
            await(
                    () -> Rows.list(lock, row -> row.getBoolean(1)).get(0),
                    database.address().toString());
            sending.run();
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Tries to get the lock. */
    @FunctionalInterface
    private interface Attempt {
        boolean succeeds() throws IOException, SQLException;
    }

    private static void await(Attempt attempt, String place) throws IOException, SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!attempt.succeeds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("another program has been sending for a minute (" + place + ")");
            }
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while another program sent", e);
            }
        }
    }

    private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProgram) {
            return null;
        }
    }
}
