// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the store of runs promises on every database. */
@Timeout(120)
abstract class StoreContract {
    private static final List<ImageOutcome> OUTCOMES = List.of(
            new ImageOutcome("a1".repeat(32), OptionalInt.of(2), OptionalInt.of(2), Optional.of(true), true),
            new ImageOutcome("b2".repeat(32), OptionalInt.of(1), OptionalInt.of(0), Optional.of(false), true),
            new ImageOutcome("a1".repeat(32), OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), false));

    @TempDir
    protected Path folder;

    protected final List<String> remarks = new ArrayList<>();
    private final List<Store> open = new ArrayList<>();
    private Result result;

    @BeforeEach
    void measure() throws Exception {
        result = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 10, "top1"));
    }

    @AfterEach
    void close() {
        open.forEach(Store::close);
    }

    /** The one database of this test. */
    protected abstract StoreAddress address();

    private Map<String, String> environment() {
        return Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    protected final Store store() {
        Store store = Store.open(address(), "hilda 9.8.7", environment(), remarks::add);
        open.add(store);
        return store;
    }

    /** Another run, at another bench and time. */
    private Result run(String id, String bench, Instant time) {
        RunIdentity run = result.run();
        return result.withRun(
                new RunIdentity(id, time, bench, run.board(), run.boardSerial(), run.timing(), Optional.empty()));
    }

    protected final Result run(String id) {
        return run(id, "bench", Instant.ofEpochMilli(1_000_000L + id.hashCode()));
    }

    @Test
    void shouldKeepARunWithItsFiguresAndImages() throws Exception {
        ResultStore.Kept kept = store().results(true).save(result, OUTCOMES);
        assertEquals(Optional.of(1L), kept.result().run().benchSequence());
        Store again = store();
        String id = result.run().runId();
        assertEquals(Optional.of(kept.result().toJson()), again.document(id));
        assertEquals(OUTCOMES, again.outcomes(id));
        RunSummary summary =
                again.runs(new RunQuery(Optional.empty(), Optional.empty(), 9)).get(0);
        assertEquals("small", summary.subject());
        assertEquals(result.run().time(), summary.time());
        assertEquals(OptionalLong.of(10), summary.images());
        assertEquals(
                result.fields().value("accuracy_top1"),
                Optional.of(summary.accuracyTop1().getAsDouble()));
        assertEquals(
                result.fields().value("cycles_p50"),
                Optional.of(summary.cyclesP50().getAsLong()));
        assertTrue(summary.passed() && !summary.isPublished());
        assertEquals(1, again.outbox().size());
    }

    /** A broker that forgot is told what it should have kept: not what it never had. */
    @Test
    void shouldKnowTheLatestOfEachModelThatWasPublished() throws Exception {
        Store store = store();
        store.results(true).save(run("old"), OUTCOMES);
        store.results(true).save(run("new"), OUTCOMES);
        store.results(true).save(run("elsewhere", "other", Instant.now()), OUTCOMES);
        store.results(false).save(run("private"), OUTCOMES);
        assertEquals(List.of(), store.latest("bench", remarks::add));
        store.outbox().send(sent -> {}, remarks::add);
        store.results(true).save(run("waiting"), OUTCOMES);

        assertEquals(
                List.of("new"),
                store.latest("bench", remarks::add).stream()
                        .map(latest -> latest.run().runId())
                        .toList());
    }

    /** Every column that bears a field's name has been given it. */
    @Test
    void shouldFillTheColumnsOfTheViewFromTheDocument() throws Exception {
        Result kept = store().results(true).save(result, OUTCOMES).result();
        List<String> empty = new ArrayList<>();
        try (Database database = Database.open(address(), environment());
                Connection connection = database.open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM v_runs")) {
            assertTrue(row.next());
            for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                String name = row.getMetaData().getColumnName(column);
                Object value = row.getObject(column);
                if (value == null) {
                    empty.add(name);
                }
                Optional<Object> field = kept.fields().value(name);
                if (field.isPresent() && field.get() instanceof Number number) {
                    assertEquals(number.doubleValue(), row.getDouble(column), name);
                } else if (field.isPresent() && field.get() instanceof Boolean flag) {
                    assertEquals(flag, row.getInt(column) == 1, name);
                } else if (field.isPresent()) {
                    assertEquals(field.get(), value, name);
                }
            }
        }
        assertEquals(List.of("failure_kind", "sent_at_ms"), empty);
    }

    @Test
    void shouldNumberWhatIsToBePublishedWithinItsBenchOnly() throws Exception {
        Store store = store();
        assertEquals(Optional.of(1L), number(store, true, run("1")));
        assertEquals(Optional.empty(), number(store, false, run("2")));
        assertEquals(Optional.of(2L), number(store, true, run("3")));
        assertEquals(Optional.of(1L), number(store, true, run("4", "other", Instant.EPOCH)));
        assertEquals(3, store.outbox().size());
        assertThrows(IOException.class, () -> number(store, true, run("3")), "of the same id");
        assertEquals(Optional.of(3L), number(store, true, run("5")), "a number was lost");
    }

    private static Optional<Long> number(Store store, boolean isToBePublished, Result run) throws IOException {
        return store.results(isToBePublished).save(run, OUTCOMES).result().run().benchSequence();
    }

    @Test
    void shouldNumberWithoutGapsWhereManyProgramsWrite() throws Exception {
        int writers = 4;
        int each = 25;
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        List<Future<List<Long>>> all = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            Store own = store();
            String name = "writer " + writer + ", ";
            all.add(pool.submit(() -> {
                List<Long> numbers = new ArrayList<>();
                for (int run = 0; run < each; run++) {
                    numbers.add(number(own, true, run(name + run)).orElseThrow());
                }
                return numbers;
            }));
        }
        TreeSet<Long> numbers = new TreeSet<>();
        for (Future<List<Long>> one : all) {
            numbers.addAll(one.get());
        }
        pool.shutdown();
        assertEquals(LongStream.rangeClosed(1, (long) writers * each).boxed().toList(), new ArrayList<>(numbers));
        List<String> sent = sent(store());
        assertEquals(writers * each, sent.size());
        assertEquals(List.of(), sent(store()));
    }

    protected final List<String> sent(Store store) throws IOException {
        List<String> ids = new ArrayList<>();
        store.outbox().send(each -> ids.add(each.run().runId()), remarks::add);
        return ids;
    }

    @Test
    void shouldSendAgainFromANumberOn() throws Exception {
        Store store = store();
        for (String id : List.of("a", "b", "c")) {
            number(store, true, run(id));
        }
        number(store, true, run("d", "other", Instant.EPOCH));
        assertEquals(List.of("a", "b", "c", "d"), sent(store));
        List<String> again = new ArrayList<>();
        assertEquals(2, store.replay("bench", 2, each -> again.add(each.run().runId()), remarks::add));
        assertEquals(List.of("b", "c"), again);
        assertEquals(0, store.outbox().size());
    }

    @Test
    void shouldSendTheResultsOfOneBench() throws Exception {
        Store store = store();
        number(store, true, run("a"));
        number(store, true, run("b", "other", Instant.EPOCH));
        number(store, true, run("c", "other", Instant.EPOCH));
        assertEquals(2, store.outbox("other").size());
        List<String> sent = new ArrayList<>();
        store.outbox("other").send(each -> sent.add(each.run().runId()), remarks::add);
        assertEquals(List.of("b", "c"), sent);
        assertEquals(0, store.outbox("other").size());
        assertEquals(List.of("a"), sent(store));
    }

    @Test
    void shouldLetOneProgramSendAtATime() throws Exception {
        Store first = store();
        Store second = store();
        number(first, true, run("a"));
        List<String> sent = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch isSending = new CountDownLatch(1);
        CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> send(first, each -> {
            isSending.countDown();
            pause();
            sent.add(each.run().runId());
        }));
        isSending.await();
        send(second, each -> sent.add(each.run().runId()));
        slow.get();
        assertEquals(List.of("a"), sent);
    }

    private void send(Store store, Consumer<Result> sender) {
        try {
            store.outbox().send(sender, remarks::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(300);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldListTheNewestFirst() throws Exception {
        Store store = store();
        for (int day = 1; day <= 5; day++) {
            number(store, false, run("run" + day, "bench", Instant.ofEpochSecond(86_400L * day)));
        }
        assertEquals(
                List.of("run5", "run4"),
                store.runs(new RunQuery(Optional.of("small"), Optional.of("VIRT1"), 2)).stream()
                        .map(RunSummary::runId)
                        .toList());
        assertEquals(List.of(), store.runs(new RunQuery(Optional.of("large"), Optional.empty(), 2)));
        assertEquals(List.of(), store.runs(new RunQuery(Optional.empty(), Optional.of("VIRT2"), 2)));
        assertEquals(List.of("run3"), store.ids("run3"));
        assertEquals(2, store.ids("run").size());
    }

    @Test
    void shouldRefuseTheStoreOfANewerProgramAndLeaveItAlone() throws Exception {
        number(store(), true, run("1"));
        close();
        try (Database database = Database.open(address(), environment());
                Connection connection = database.open();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO schema_history VALUES (4711, 0, 'hilda 99')");
        }
        BenchFailure newer = assertThrows(BenchFailure.class, this::store);
        assertEquals(FailureKind.STORE, newer.kind());
        assertTrue(newer.actual().orElseThrow().contains("4711"), newer::toString);
        assertTrue(newer.remedy().orElseThrow().contains("update"), newer::toString);
    }
}
