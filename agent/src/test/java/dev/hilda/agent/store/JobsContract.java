// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.Cancellation;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobQuery;
import dev.hilda.agent.jobs.JobState;
import dev.hilda.agent.jobs.JobWorker;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.QueueOptions;
import dev.hilda.agent.result.ResultStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What jobs, leases and contents promise on every database. */
@Timeout(120)
abstract class JobsContract {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    protected Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private MadeResults results;
    private Store store;
    private String bundle;
    private String data;

    /** The one database of this test. */
    protected abstract StoreAddress address();

    @BeforeEach
    void begin() throws Exception {
        results = new MadeResults(folder);
        store = another();
        bundle = content("bundle");
        data = content("data");
    }

    @AfterEach
    void close() throws Exception {
        Collections.reverse(open);
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private Store another() {
        Store opened = Store.open(
                address(),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {});
        open.add(opened);
        return opened;
    }

    private String content(String text) throws IOException {
        return store.contents(ContentLimits.DEFAULT).put(Files.writeString(folder.resolve("content"), text));
    }

    private Job submit(String name) {
        return store.jobs().submit(new JobOrder("pool", "tester", name, bundle, data, OptionalInt.of(9)));
    }

    private void queue(Store on, String board, JobWorker worker, QueueOptions options) {
        open.add(on.startQueue("pool", board, worker, options));
    }

    private void queue(String board, JobWorker worker) {
        queue(store, board, worker, FakeAgent.options("agent", Duration.ofSeconds(6)));
    }

    private String keep(ResultStore to, String board, boolean passed) {
        return results.keep(to, "bench", board, passed);
    }

    private JobWorker passing() {
        return (job, lease, token, to) -> JobEnd.passed(keep(to, lease.board(), true));
    }

    private Job await(Job job, Predicate<Job> condition) throws InterruptedException {
        for (int attempt = 0; attempt < 2000; attempt++) {
            Job now = store.jobs().find(job.id()).orElseThrow();
            if (condition.test(now)) {
                return now;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("still " + store.jobs().find(job.id()));
    }

    private Job end(Job job) throws InterruptedException {
        return await(job, now -> now.state().isEnd());
    }

    private int runs() {
        return store.runs(new RunQuery(Optional.empty(), Optional.empty(), 999)).size();
    }

    @Test
    void shouldRunAJobAndKeepItsResultWithIt() throws Exception {
        Job job = submit("first");
        assertEquals(JobState.QUEUED, job.state());
        assertEquals(Optional.of(job), store.jobs().find(job.id()));
        queue("B1", passing());
        Job ended = end(job);
        assertEquals(JobState.PASSED, ended.state());
        assertEquals(job.order(), ended.order());
        assertEquals(Optional.of("B1"), ended.board());
        assertEquals(1, ended.attempts());
        assertTrue(ended.endedAtMs().getAsLong() >= ended.submittedAtMs());
        assertTrue(store.document(ended.runId().orElseThrow()).orElseThrow().contains("\"bench_sequence\":1"));
        assertEquals(1, store.outbox().size());
        Job second = end(submit("second"));
        assertEquals(JobState.PASSED, second.state());
        assertEquals(List.of(second, ended), store.jobs().list(new JobQuery(Optional.of("pool"), Optional.empty(), 9)));
        assertEquals(List.of(), store.jobs().list(new JobQuery(Optional.of("none"), Optional.empty(), 9)));
        assertEquals(
                List.of(second), store.jobs().list(new JobQuery(Optional.empty(), Optional.of(JobState.PASSED), 1)));
    }

    @Test
    void shouldRefuseAnOrderWhoseContentsAreNotThere() {
        JobOrder order = new JobOrder("pool", "tester", "x", bundle, "0".repeat(64), OptionalInt.empty());
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> store.jobs().submit(order));
        assertTrue(refused.toString().contains("put both first"), refused.getMessage());
        assertEquals(List.of(), store.jobs().list(new JobQuery(Optional.empty(), Optional.empty(), 9)));
    }

    @Test
    void shouldLeaveTheJobsOfOtherPoolsAlone() throws Exception {
        Job other = store.jobs().submit(new JobOrder("other", "tester", "x", bundle, data, OptionalInt.empty()));
        Job own = submit("own");
        queue("B1", passing());
        end(own);
        Thread.sleep(5 * FakeAgent.POLL.toMillis());
        assertEquals(Optional.of(other), store.jobs().find(other.id()));
        open.add(store.startQueue("other", "B2", passing(), FakeAgent.options("agent", LONG)));
        assertEquals(Optional.of("B2"), end(other).board());
    }

    @Test
    void shouldEndAJobWhoseWorkerFails() throws Exception {
        Job failing = submit("fails");
        Job throwing = submit("throws");
        Job lying = submit("lies");
        queue("B1", (job, lease, token, to) -> {
            if (job.id().equals(throwing.id())) {
                throw new IllegalStateException("no such bundle");
            }
            return job.id().equals(lying.id())
                    ? JobEnd.passed("nothing")
                    : JobEnd.failed(keep(to, lease.board(), false), "accuracy");
        });
        Job failed = end(failing);
        assertEquals(JobState.FAILED, failed.state());
        assertEquals(Optional.of("accuracy"), failed.reason());
        assertTrue(store.document(failed.runId().orElseThrow()).isPresent());
        Job threw = end(throwing);
        assertEquals(JobState.FAILED, threw.state());
        assertEquals(Optional.of("no such bundle"), threw.reason());
        assertEquals(Optional.empty(), threw.runId());
        assertEquals(
                Optional.of("said to have passed with run nothing, but no result was kept"),
                end(lying).reason());
        assertEquals(1, runs());
    }

    @Test
    void shouldKeepOneResultOfAJob() throws Exception {
        Job job = submit("doubled");
        queue("B1", (running, lease, token, to) -> {
            String first = keep(to, lease.board(), false);
            assertThrows(UncheckedIOException.class, () -> keep(to, lease.board(), true));
            return JobEnd.failed(first, "the first");
        });
        assertEquals(Optional.of("the first"), end(job).reason());
        assertEquals(1, runs());
    }

    @Test
    void shouldCancelAJobThatWaits() throws Exception {
        Job job = submit("waits");
        assertEquals(Cancellation.ENDED, store.jobs().cancel(job.id(), "alice"));
        Job ended = store.jobs().find(job.id()).orElseThrow();
        assertEquals(JobState.CANCELLED, ended.state());
        assertEquals(Optional.of("cancelled by alice"), ended.reason());
        assertEquals(Cancellation.ALREADY_ENDED, store.jobs().cancel(job.id(), "bob"));
        assertEquals(Cancellation.UNKNOWN, store.jobs().cancel("nothing", "bob"));
        queue("B1", passing());
        end(submit("next"));
        assertEquals(ended, store.jobs().find(job.id()).orElseThrow());
    }

    @Test
    void shouldCancelAJobThatRuns() throws Exception {
        Job job = submit("runs");
        CountDownLatch interrupted = new CountDownLatch(1);
        queue("B1", (running, lease, token, to) -> {
            try {
                Thread.sleep(LONG.toMillis());
            } finally {
                interrupted.countDown();
            }
            return JobEnd.failed("slept");
        });
        await(job, now -> now.state() == JobState.RUNNING);
        assertEquals(Cancellation.REQUESTED, store.jobs().cancel(job.id(), "alice"));
        assertTrue(interrupted.await(10, TimeUnit.SECONDS));
        Job ended = end(job);
        assertEquals(JobState.CANCELLED, ended.state());
        assertEquals(Optional.of("cancelled by alice"), ended.reason());
        for (int attempt = 0; store.leases().holder("B1").isPresent(); attempt++) {
            assertTrue(attempt < 500, "the board is still leased");
            Thread.sleep(10);
        }
    }

    @Test
    void shouldGiveTheJobOfALostBoardToAnother() throws Exception {
        Job job = submit("moves");
        queue("B1", (running, lease, token, to) -> JobEnd.requeue("the board was lost", true));
        Job waiting = await(job, now -> now.reason().isPresent());
        assertEquals(JobState.QUEUED, waiting.state());
        assertEquals(1, waiting.attempts());
        queue("B2", passing());
        Job ended = end(job);
        assertEquals(JobState.PASSED, ended.state());
        assertEquals(Optional.of("B2"), ended.board());
        assertEquals(2, ended.attempts());
        assertEquals(Optional.empty(), ended.reason());
    }

    @Test
    void shouldGiveUpAJobThatLostTwoBoards() throws Exception {
        Job job = submit("loses");
        for (String board : List.of("B1", "B2", "B3")) {
            queue(board, (running, lease, token, to) -> JobEnd.requeue("no answer", true));
        }
        Job ended = end(job);
        assertEquals(JobState.MISSING, ended.state());
        assertEquals(2, ended.attempts());
        assertTrue(
                ended.reason().orElseThrow().matches("tried 2 times, the last time on board B\\d: no answer"),
                ended::toString);
    }

    @Test
    void shouldCountNoAttemptWhereABoardIsWanted() throws Exception {
        Job job = submit("waits");
        List<String> attempts = Collections.synchronizedList(new ArrayList<>());
        JobWorker wanted = (running, lease, token, to) -> {
            attempts.add(lease.board() + " " + running.attempts());
            return attempts.size() < 4 ? JobEnd.requeue("reserved", false) : JobEnd.passed(keep(to, "B", true));
        };
        queue("B1", wanted);
        queue("B2", wanted);
        Job ended = end(job);
        assertEquals(JobState.PASSED, ended.state());
        assertEquals(1, ended.attempts());
        assertTrue(attempts.stream().allMatch(attempt -> attempt.endsWith(" 1")), attempts.toString());
        assertEquals(4, attempts.size());
    }

    @Test
    void shouldPreferTheBundleThatTheBoardHas() throws Exception {
        String first = bundle;
        submit("a1");
        bundle = content("another bundle");
        submit("b1");
        bundle = first;
        Job a2 = submit("a2");
        bundle = content("another bundle");
        Job b2 = submit("b2");
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        queue("B1", (job, lease, token, to) -> {
            order.add(job.order().name());
            return JobEnd.passed(keep(to, lease.board(), true));
        });
        end(a2);
        end(b2);
        await(a2, now -> order.size() == 4);
        assertEquals(List.of("a1", "a2", "b1", "b2"), order);
    }

    @Test
    void shouldLetNoBundleKeepAnOldJobWaiting() throws Exception {
        submit("a1");
        bundle = content("another bundle");
        submit("b1");
        bundle = content("bundle");
        Job a2 = submit("a2");
        Thread.sleep(20);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        QueueOptions impatient =
                new QueueOptions("agent", true, FakeAgent.POLL, LONG, Duration.ZERO, Duration.ofMillis(10));
        queue(
                store,
                "B1",
                (job, lease, token, to) -> {
                    order.add(job.order().name());
                    return JobEnd.passed(keep(to, lease.board(), true));
                },
                impatient);
        end(a2);
        assertEquals(List.of("a1", "b1", "a2"), order);
    }

    @Test
    void shouldNotBeginWhilePausedOrReserved() throws Exception {
        Lease reservation = store.leases()
                .take("B1", "alice", Lease.RESERVATION, "hunting a bug", LONG)
                .orElseThrow();
        BoardQueue queue = store.startQueue("pool", "B1", passing(), FakeAgent.options("agent", LONG));
        open.add(queue);
        Job job = submit("waits");
        Thread.sleep(6 * FakeAgent.POLL.toMillis());
        assertEquals(Optional.of(job), store.jobs().find(job.id()));
        assertEquals("hunting a bug", store.leases().holder("B1").orElseThrow().text());
        queue.pause();
        reservation.release();
        Thread.sleep(6 * FakeAgent.POLL.toMillis());
        assertEquals(Optional.of(job), store.jobs().find(job.id()));
        queue.resume();
        assertEquals(JobState.PASSED, end(job).state());
    }

    @Test
    void shouldGiveBackWhatRunsWhenItCloses() throws Exception {
        Job job = submit("long");
        BoardQueue queue = store.startQueue(
                "pool",
                "B1",
                (running, lease, token, to) -> {
                    Thread.sleep(LONG.toMillis());
                    return JobEnd.failed("slept");
                },
                FakeAgent.options("agent", LONG));
        await(job, now -> now.state() == JobState.RUNNING);
        queue.close(Duration.ofMillis(100));
        Job waiting = store.jobs().find(job.id()).orElseThrow();
        assertEquals(JobState.QUEUED, waiting.state());
        assertEquals(0, waiting.attempts());
        assertTrue(store.leases().holder("B1").isEmpty());
        queue("B2", passing());
        assertEquals(1, end(job).attempts());
    }

    @Test
    void shouldLetWhatRunsEndWhenItClosesInTime() throws Exception {
        Job job = submit("short");
        Job next = submit("next");
        BoardQueue queue = store.startQueue(
                "pool",
                "B1",
                (running, lease, token, to) -> {
                    Thread.sleep(300);
                    return JobEnd.passed(keep(to, "B1", true));
                },
                FakeAgent.options("agent", LONG));
        await(job, now -> now.state() == JobState.RUNNING);
        queue.close(LONG);
        assertEquals(JobState.PASSED, store.jobs().find(job.id()).orElseThrow().state());
        assertEquals(JobState.QUEUED, store.jobs().find(next.id()).orElseThrow().state());
    }

    @Test
    void shouldLeaseABoardToOneHolder() throws Exception {
        Store other = another();
        Lease first = store.leases().take("B1", "alice", "job", LONG).orElseThrow();
        assertTrue(other.leases().take("B1", "bob", "job", LONG).isEmpty());
        assertTrue(other.leases().take("B2", "bob", "job", LONG).isPresent());
        Lease seen = other.leases().holder("B1").orElseThrow();
        assertEquals("alice", seen.holder());
        assertEquals(first.fence(), seen.fence());
        assertEquals(first.expiresAtMs(), seen.expiresAtMs());
        first.release();
        assertFalse(first.renew(LONG), "released");
        assertTrue(other.leases().holder("B1").isEmpty());
        Lease second = other.leases().take("B1", "bob", "job", LONG).orElseThrow();
        assertEquals(first.fence() + 1, second.fence());
        first.release();
        assertTrue(store.leases().take("B1", "alice", "job", LONG).isEmpty(), "released by who had lost it");
        assertTrue(seen.fence() < second.fence() && !seen.renew(LONG));
    }

    @Test
    void shouldEndALeaseThatIsNotRenewed() throws Exception {
        Lease first = store.leases()
                .take("B1", "alice", "job", Duration.ofMillis(150))
                .orElseThrow();
        long before = first.expiresAtMs();
        Thread.sleep(100);
        assertTrue(first.renew(Duration.ofMillis(300)));
        assertTrue(first.expiresAtMs() >= before + 200, "renewed from now on");
        Thread.sleep(150);
        assertTrue(store.leases().take("B1", "bob", "job", LONG).isEmpty(), "renewed");
        Thread.sleep(200);
        assertTrue(store.leases().holder("B1").isEmpty());
        assertTrue(first.renew(Duration.ofMillis(100)), "nobody took it");
        Thread.sleep(150);
        Lease second = store.leases().take("B1", "bob", "job", LONG).orElseThrow();
        assertFalse(first.renew(LONG));
        assertEquals(first.fence() + 1, second.fence());
    }
}
