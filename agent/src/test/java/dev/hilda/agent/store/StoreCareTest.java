// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.jobs.Cancellation;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StoreCareTest {
    private static final Instant OLD = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NEW = Instant.parse("2026-02-01T00:00:00Z");

    @TempDir
    private Path folder;

    private Result result;
    private Store store;

    @BeforeEach
    void fill() throws Exception {
        result = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 4, "top1"));
        store = open("a");
        save("old and sent", OLD, "01");
        store.outbox().send(sent -> {}, remark -> {});
        save("old and waiting", OLD, "02");
        save("new", NEW, "01");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Store open(String name) {
        return Store.open(path(name), "hilda 9.8.7", environment(), remark -> {});
    }

    private Map<String, String> environment() {
        return Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    private Path path(String name) {
        return folder.resolve(name).resolve("hilda.db");
    }

    private void save(String id, Instant time, String image) throws IOException {
        RunIdentity run = result.run();
        Result other = result.withRun(
                new RunIdentity(id, time, run.bench(), run.board(), run.boardSerial(), run.timing(), Optional.empty()));
        ImageOutcome outcome =
                new ImageOutcome(image.repeat(32), OptionalInt.of(1), OptionalInt.of(1), Optional.of(true), true);
        store.results(true).save(other, List.of(outcome));
    }

    private List<String> ids(Store of) {
        return of.runs(new RunQuery(Optional.empty(), Optional.empty(), 9)).stream()
                .map(RunSummary::runId)
                .sorted()
                .toList();
    }

    @Test
    void shouldRestoreACopyOnAnEmptyHost() throws Exception {
        Path copy = folder.resolve("copy.db");
        store.care().backup(copy);
        save("after the copy", NEW, "03");
        StoreCare.Content content = StoreCare.restore(copy, path("b"), "hilda 9.8.7", environment());
        assertEquals(new StoreCare.Content(3, 3, 2), content);
        try (Store restored = open("b")) {
            assertEquals(List.of("new", "old and sent", "old and waiting"), ids(restored));
            assertEquals(store.document("new"), restored.document("new"));
            assertEquals(store.outcomes("new"), restored.outcomes("new"));
            assertEquals(2, restored.outbox().size());
            assertEquals(List.of(), restored.care().verify());
            // Goes on with the next number, not with one that was given.
            assertEquals(
                    Optional.of(4L),
                    restored.results(true)
                            .save(result, List.of())
                            .result()
                            .run()
                            .benchSequence());
        }
    }

    @Test
    void shouldOverwriteNothing() throws Exception {
        Path copy = folder.resolve("copy.db");
        store.care().backup(copy);
        assertEquals(
                FailureKind.STORE,
                assertThrows(BenchFailure.class, () -> store.care().backup(copy))
                        .kind());
        BenchFailure there = assertThrows(
                BenchFailure.class, () -> StoreCare.restore(copy, path("a"), "hilda 9.8.7", environment()));
        assertTrue(there.actual().orElseThrow().contains("a store at"), there::toString);
        assertEquals(3, ids(store).size());
    }

    @Test
    void shouldRefuseADamagedCopyAndLeaveNothing() throws Exception {
        Path copy = folder.resolve("copy.db");
        store.care().backup(copy);
        try (RandomAccessFile bytes = new RandomAccessFile(copy.toFile(), "rw")) {
            for (long page = 3; page * 4096 < bytes.length(); page++) {
                bytes.seek(page * 4096);
                bytes.write(new byte[100]);
            }
        }
        assertThrows(BenchFailure.class, () -> StoreCare.restore(copy, path("b"), "hilda 9.8.7", environment()));
        assertFalse(Files.exists(path("b")));
        try (var left = Files.list(folder.resolve("b"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void shouldFindEachKindOfFault() throws Exception {
        assertEquals(List.of(), store.care().verify());
        execute("UPDATE run SET document = replace(document, '\"run_id\":\"new\"', '\"run_id\":\"another\"')"
                + " WHERE run_id = 'new'");
        assertEquals(
                List.of("run new: its document is of run another"), store.care().verify());
        execute("UPDATE run SET document = '{}' WHERE run_id = 'new'");
        execute("UPDATE bench_sequence SET last = 2");
        execute("DELETE FROM image WHERE sha256 = '" + "02".repeat(32) + "'");
        List<String> faults = store.care().verify();
        assertEquals(3, faults.size(), faults.toString());
        assertTrue(faults.get(0).contains("of outcome belongs to a row of image that is gone"), faults.get(0));
        assertEquals("bench bench: number 3 was given, the last one is said to be 2", faults.get(1));
        assertTrue(faults.get(2).startsWith("run new: "), faults.get(2));
    }

    private void execute(String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path("a"));
                Statement executed = connection.createStatement()) {
            assertTrue(executed.executeUpdate(statement) > 0, statement);
        }
    }

    @Test
    void shouldPruneWhatIsOldAndSent() throws Exception {
        assertEquals(1, store.care().prune(NEW, true));
        assertEquals(3, ids(store).size());
        assertEquals(1, store.care().prune(NEW, false));
        assertEquals(List.of("new", "old and waiting"), ids(store));
        assertEquals(new StoreCare.Content(2, 2, 2), store.care().content());
        assertEquals(1, store.outcomes("new").size(), "an image that another run has too");
        assertEquals(List.of(), store.care().verify());
    }

    private Job submit() throws IOException {
        String content = store.contents(ContentLimits.DEFAULT).put(Files.writeString(folder.resolve("content"), "any"));
        return store.jobs().submit(new JobOrder("pool", "tester", "x", content, content, OptionalInt.empty()));
    }

    @Test
    void shouldFindJobsThatNobodyWouldRun() throws Exception {
        submit();
        assertEquals(List.of(), store.care().verify());
        execute("DELETE FROM scheduled_tasks");
        execute("UPDATE content_chunk SET bytes = x'00'");
        List<String> faults = store.care().verify();
        assertEquals(2, faults.size(), faults::toString);
        assertEquals("pool pool: 1 jobs wait for fewer tickets", faults.get(0));
        assertTrue(faults.get(1).endsWith(": its pieces are not of its size"), faults.get(1));
    }

    @Test
    void shouldPruneJobsThatHaveEnded() throws Exception {
        Job ended = submit();
        Job waiting = submit();
        assertEquals(Cancellation.ENDED, store.jobs().cancel(ended.id(), "alice"));
        store.care().prune(Instant.now().minusSeconds(60), false);
        assertTrue(store.jobs().find(ended.id()).isPresent());
        store.care().prune(Instant.now().plusSeconds(60), false);
        assertEquals(Optional.empty(), store.jobs().find(ended.id()));
        assertEquals(Optional.of(waiting), store.jobs().find(waiting.id()));
    }
}
