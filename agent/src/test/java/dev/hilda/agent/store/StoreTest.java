// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** On SQLite, and what concerns its file. */
class StoreTest extends StoreContract {
    @Override
    protected StoreAddress address() {
        return StoreAddress.of(file());
    }

    private Path file() {
        return folder.resolve("state/hilda.db");
    }

    @Test
    void shouldSayWhatCannotBeUsed() throws Exception {
        Files.createDirectories(folder.resolve("state"));
        Files.writeString(file(), "not a database, whatever its name may be".repeat(100));
        BenchFailure damaged = assertThrows(BenchFailure.class, this::store);
        assertEquals(FailureKind.STORE, damaged.kind());
        assertTrue(damaged.expected().orElseThrow().contains(file().toString()), damaged::toString);
    }

    @Test
    void shouldTakeOverTheFilesOfProgramsWithoutAStore() throws Exception {
        Path results = Files.createDirectories(folder.resolve("state/results"));
        Path waiting = Files.createDirectories(folder.resolve("state/outbox"));
        for (String id : List.of("1", "2", "3")) {
            Files.writeString(results.resolve("small-board-" + id + ".json"), run(id).toJson());
        }
        Files.writeString(waiting.resolve("00000001-3.json"), run("3").toJson());
        Files.writeString(waiting.resolve("00000002-2.json"), run("2").toJson());
        Files.writeString(waiting.resolve("00000003-9.json"), "{");
        Store store = store();
        assertTrue(remarks.get(0).startsWith(waiting.resolve("00000003-9.json") + " is no result"), remarks.toString());
        assertTrue(remarks.get(1).startsWith("took over 3 results and 2 that wait"), remarks.toString());
        assertEquals(
                3,
                store.runs(new RunQuery(Optional.empty(), Optional.empty(), 9)).size());
        assertEquals(List.of("3", "2"), sent(store));
        assertTrue(Files.exists(folder.resolve("state/imported/outbox/00000001-3.json")));
        remarks.clear();
        assertEquals(List.of(), sent(store()));
        assertEquals(List.of(), remarks);
    }
}
