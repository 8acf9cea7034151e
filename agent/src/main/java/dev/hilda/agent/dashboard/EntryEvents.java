// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.http.EventStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Entries as events: the whole state first, then each change. A browser that comes back gets what it has missed. */
final class EntryEvents implements AutoCloseable {
    /** Less than what proxies bear without a sign of life. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

    private static final Duration LOOK = Duration.ofMillis(500);

    private final Entries entries;

    /** Tells this process from earlier ones, whose changes had other numbers. */
    private final String epoch = HexFormat.of().toHexDigits(new Random().nextInt());

    private volatile boolean isClosed;

    EntryEvents(Entries entries) {
        this.entries = entries;
    }

    /** The whole state, with the id that it is known by. */
    ObjectNode state() {
        return document(entries.snapshot());
    }

    private ObjectNode document(Entries.Snapshot snapshot) {
        ObjectNode document = Documents.JSON.createObjectNode().put("id", id(snapshot.number()));
        ObjectNode values = document.putObject("entries");
        snapshot.values().forEach(values::set);
        return document;
    }

    private String id(long number) {
        return epoch + "-" + number;
    }

    /**
     * Sends until the reader has gone.
     *
     * @param lastId of the last event that it had
     */
    void send(EventStream.Sink sink, Optional<String> lastId) throws IOException, InterruptedException {
        Optional<Long> had = lastId.flatMap(this::number);
        long sent = had.isPresent() ? had.get() : sendState(sink);
        sink.flush();
        long lastSign = System.nanoTime();
        while (!isClosed) {
            Optional<List<Entries.Change>> news = entries.since(sent);
            if (news.isEmpty()) {
                sent = sendState(sink);
            } else {
                for (Entries.Change change : news.get()) {
                    sink.event(id(change.number()), "change", Documents.text(document(change)));
                    sent = change.number();
                }
            }
            boolean isSilent = news.isPresent() && news.get().isEmpty();
            if (!isSilent || System.nanoTime() - lastSign > SIGN_OF_LIFE.toNanos()) {
                sink.flush();
                lastSign = System.nanoTime();
            }
            entries.await(sent, LOOK);
        }
    }

    private long sendState(EventStream.Sink sink) throws IOException {
        Entries.Snapshot snapshot = entries.snapshot();
        sink.event(id(snapshot.number()), "state", Documents.text(document(snapshot)));
        return snapshot.number();
    }

    private static ObjectNode document(Entries.Change change) {
        ObjectNode document = Documents.JSON.createObjectNode().put("key", change.key());
        return change.value().isPresent() ? document.set("value", change.value().get()) : document.putNull("value");
    }

    /** Empty for ids of another process, or of nobody. */
    private Optional<Long> number(String id) {
        if (!id.startsWith(epoch + "-")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(id.substring(epoch.length() + 1)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
