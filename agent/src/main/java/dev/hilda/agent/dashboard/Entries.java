// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known, as values by their keys, with the last changes: whoever knows the state of some time needs only what came
 * since. All methods may be called by any thread.
 */
final class Entries {
    private final int mostEntries;
    private final int mostChanges;
    private final Map<String, JsonNode> values = new TreeMap<>();
    private final Deque<Change> changes = new ArrayDeque<>();
    private long last;

    /**
     * A value that is another now.
     *
     * @param number counts changes
     * @param value empty where there is none any more
     */
    record Change(long number, String key, Optional<JsonNode> value) {}

    /**
     * All there is.
     *
     * @param number of the last change
     */
    record Snapshot(long number, Map<String, JsonNode> values) {
        Snapshot {
            values = Map.copyOf(values);
        }
    }

    /**
     * Nothing yet.
     *
     * @param mostEntries further keys are refused
     * @param mostChanges that are remembered
     */
    Entries(int mostEntries, int mostChanges) {
        this.mostEntries = mostEntries;
        this.mostChanges = mostChanges;
    }

    /** Whether there was room for it. */
    synchronized boolean put(String key, JsonNode value) {
        if (!values.containsKey(key) && values.size() >= mostEntries) {
            return false;
        }
        if (!value.equals(values.put(key, value))) {
            changed(key, Optional.of(value));
        }
        return true;
    }

    synchronized void remove(String key) {
        if (values.remove(key) != null) {
            changed(key, Optional.empty());
        }
    }

    /** Removes every key that begins so. */
    synchronized void removeAll(String beginning) {
        values.keySet().stream()
                .filter(key -> key.startsWith(beginning))
                .toList()
                .forEach(this::remove);
    }

    synchronized Optional<JsonNode> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    private void changed(String key, Optional<JsonNode> value) {
        changes.addLast(new Change(++last, key, value));
        if (changes.size() > mostChanges) {
            changes.removeFirst();
        }
        notifyAll();
    }

    synchronized Snapshot snapshot() {
        return new Snapshot(last, values);
    }

    /** What came after a change; empty where that is not known any more, or never was. */
    synchronized Optional<List<Change>> since(long number) {
        long oldest = changes.isEmpty() ? last + 1 : changes.getFirst().number();
        if (number > last || number < oldest - 1) {
            return Optional.empty();
        }
        return Optional.of(
                changes.stream().filter(change -> change.number() > number).toList());
    }

    /** Returns when there is more than that, or the time is over. */
    synchronized void await(long number, Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        for (long left = most.toNanos(); last <= number && left > 0; left = deadline - System.nanoTime()) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
    }
}
