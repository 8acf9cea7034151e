// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Held by the one program, and the one thread of it, that sends from an outbox; ends with the program. */
final class SendingLock {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private SendingLock() {}

    /** What is done meanwhile. */
    @FunctionalInterface
    interface Sending {
        void run() throws IOException;
    }

    /**
     * Sends when nobody else does.
     *
     * @param store the store's file
     * @throws IOException when somebody sends for longer than a minute
     */
    static void hold(Path store, Sending sending) throws IOException {
        Path file = store.resolveSibling(store.getFileName() + ".sending");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            await(channel, file);
            sending.run();
        }
    }

    private static void await(FileChannel channel, Path file) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (attempt(channel) == null) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("another program has been sending for a minute (" + file + ")");
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
