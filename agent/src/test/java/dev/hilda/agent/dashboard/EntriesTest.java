// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EntriesTest {
    @Test
    void shouldCountOnlyWhatChanges() {
        Entries entries = new Entries(10, 10);
        entries.put("a", IntNode.valueOf(1));
        entries.put("a", IntNode.valueOf(1));
        entries.remove("b");
        assertEquals(1, entries.snapshot().number());
        entries.remove("a");
        assertEquals(
                List.of(new Entries.Change(2, "a", Optional.empty())),
                entries.since(1).orElseThrow());
    }

    @Test
    void shouldRefuseMoreKeysButNotOtherValues() {
        Entries entries = new Entries(1, 10);
        assertTrue(entries.put("a", IntNode.valueOf(1)));
        assertFalse(entries.put("b", IntNode.valueOf(1)));
        assertTrue(entries.put("a", IntNode.valueOf(2)));
        assertEquals(Map.of("a", IntNode.valueOf(2)), entries.snapshot().values());
    }

    @Test
    void shouldSayWhatItHasForgotten() {
        Entries entries = new Entries(10, 3);
        for (int i = 1; i <= 5; i++) {
            entries.put("a", IntNode.valueOf(i));
        }
        assertTrue(entries.since(1).isEmpty(), "change 2 is forgotten");
        assertEquals(3, entries.since(2).orElseThrow().size());
        assertEquals(List.of(), entries.since(5).orElseThrow());
        assertTrue(entries.since(6).isEmpty(), "nobody has had that");
        assertTrue(entries.since(-1).isEmpty());
    }

    /** A reader that takes a snapshot now and then, and else only changes, knows what there is. */
    @Test
    void shouldComeToTheStateByChanges() {
        long seed = System.nanoTime();
        System.out.println("EntriesTest: seed " + seed);
        Random random = new Random(seed);
        Entries entries = new Entries(8, 6);
        Map<String, JsonNode> known = new TreeMap<>();
        long had = 0;
        for (int step = 0; step < 5000; step++) {
            String key = "k" + random.nextInt(10) + "/" + random.nextInt(2);
            switch (random.nextInt(8)) {
                case 0 -> entries.remove(key);
                case 1 -> entries.removeAll(key.substring(0, 3));
                default -> entries.put(key, IntNode.valueOf(random.nextInt(3)));
            }
            if (random.nextInt(4) == 0) {
                Optional<List<Entries.Change>> news = entries.since(had);
                if (news.isPresent()) {
                    news.get()
                            .forEach(change -> change.value()
                                    .ifPresentOrElse(
                                            value -> known.put(change.key(), value), () -> known.remove(change.key())));
                    had += news.get().size();
                } else {
                    known.clear();
                    known.putAll(entries.snapshot().values());
                    had = entries.snapshot().number();
                }
                assertEquals(new TreeMap<>(entries.snapshot().values()), known);
            }
        }
    }
}
