// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.result.Outbox;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.store.OutboxTable.Entry;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The results of a store that no broker has yet, in the order they were kept; one program sends at a time. */
final class StoredOutbox implements Outbox {
    private final Database database;
    private final Optional<String> bench;

    /**
     * In that database.
     *
     * @param bench whose results; empty for all
     */
    StoredOutbox(Database database, Optional<String> bench) {
        this.database = database;
        this.bench = bench;
    }

    @Override
    public int size() throws IOException {
        return read(connection -> OutboxTable.waiting(connection, bench));
    }

    @Override
    public void send(Consumer<Result> sender, Consumer<String> remarks) throws IOException {
        if (size() == 0) {
            return;
        }
        SendingLock.hold(database, bench, () -> {
            Optional<Entry> next = waitingAfter(Long.MIN_VALUE);
            while (next.isPresent()) {
                Entry entry = next.get();
                send(entry, sender, remarks);
                next = waitingAfter(entry.run());
            }
        });
    }

    /**
     * Sends once more what a bench has published, and what waits, from a number on and in that order.
     *
     * @return how many
     */
    int replay(String of, long since, Consumer<Result> sender, Consumer<String> remarks) throws IOException {
        AtomicInteger sent = new AtomicInteger();
        SendingLock.hold(database, Optional.of(of), () -> {
            Optional<Entry> next = read(connection -> OutboxTable.numbered(connection, of, since));
            while (next.isPresent()) {
                Entry entry = next.get();
                sent.addAndGet(send(entry, sender, remarks) ? 1 : 0);
                next = read(connection -> OutboxTable.numbered(connection, of, entry.number() + 1));
            }
        });
        return sent.get();
    }

    /** Sends one, and notes it; false where this program cannot read it. */
    private boolean send(Entry entry, Consumer<Result> sender, Consumer<String> remarks) throws IOException {
        Optional<Result> result = parsed(entry, remarks);
        if (result.isEmpty()) {
            return false;
        }
        sender.accept(result.get());
        write(connection -> {
            OutboxTable.markSent(connection, entry.run());
            return entry;
        });
        return true;
    }

    private Optional<Entry> waitingAfter(long run) throws IOException {
        return read(connection -> OutboxTable.waitingAfter(connection, bench, run));
    }

    private static Optional<Result> parsed(Entry entry, Consumer<String> remarks) {
        try {
            return Optional.of(Result.parse(entry.document()));
        } catch (JsonProcessingException unknown) {
            remarks.accept("result " + entry.number() + " is none of this version and was not sent: "
                    + unknown.getOriginalMessage() + "\n  what to do: send it with the hilda that measured it");
            return Optional.empty();
        }
    }

    private <T> T read(Database.Work<T> work) throws IOException {
        try {
            return database.each(work);
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private <T> void write(Database.Work<T> work) throws IOException {
        try {
            database.transaction(work);
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
