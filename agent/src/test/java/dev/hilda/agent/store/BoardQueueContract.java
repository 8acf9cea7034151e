// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobState;
import dev.hilda.agent.jobs.JobWorker;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.QueueOptions;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a board runs which job, and who has the board meanwhile, on every database. */
abstract class BoardQueueContract extends JobsFixture {
    @Test
    void shouldHoldTheBoardForAsLongAsAJobRuns() throws Exception {
        Job job = submit("long");
        Duration deadAfter = Duration.ofSeconds(2);
        queue(
                store,
                "B1",
                (running, lease, token, to) -> {
                    Thread.sleep(2 * deadAfter.toMillis());
                    return JobEnd.passed(keep(to, lease.board(), true));
                },
                FakeAgent.options("agent", deadAfter));
        await(job, now -> now.state() == JobState.RUNNING);
        Job ended = await(job, now -> {
            boolean isTaken = store.leases().take("B1", "alice", "job", LONG).isPresent();
            return now.state().isEnd() || isTaken;
        });
        assertEquals(JobState.PASSED, ended.state());
        assertEquals(1, ended.attempts());
    }

    @Test
    void shouldEndWhatRunsOnABoardThatSomebodyElseHas() throws Exception {
        Job job = submit("loses");
        CountDownLatch interrupted = new CountDownLatch(1);
        queue(
                store,
                "B1",
                (running, lease, token, to) -> {
                    try {
                        Thread.sleep(LONG.toMillis());
                    } finally {
                        interrupted.countDown();
                    }
                    return JobEnd.failed("slept");
                },
                FakeAgent.options("agent", Duration.ofSeconds(2)));
        await(job, now -> now.state() == JobState.RUNNING);
        assertEquals(1, execute("UPDATE lease SET fence = fence + 1, holder = 'alice'"));
        assertTrue(interrupted.await(10, TimeUnit.SECONDS));
        Job waiting = await(job, now -> now.state() == JobState.QUEUED);
        assertEquals(Optional.of("its agent lost the board's lease"), waiting.reason());
        assertEquals("alice", store.leases().holder("B1").orElseThrow().holder());
    }

    @Test
    void shouldNotWaitForTimesThatAClockSetBackHasMovedAway() throws Exception {
        Job job = submit("waits");
        assertTrue(store.leases().take("B1", "agent", "job", LONG).isPresent()); // of one that was killed since
        assertTrue(store.leases()
                .take("B2", "alice", Lease.RESERVATION, "gdb", LONG)
                .isPresent());
        long back = Duration.ofHours(1).toMillis();
        execute("UPDATE scheduled_tasks SET execution_time = execution_time + " + back);
        execute("UPDATE lease SET expires_at_ms = expires_at_ms - " + LONG.toMillis() + " + " + back
                + " WHERE board = 'B1'");
        execute("UPDATE lease SET expires_at_ms = expires_at_ms + " + back + " WHERE board = 'B2'");
        execute("UPDATE job SET avoided_board = 'B1', avoided_until_ms = submitted_at_ms + " + back);
        execute("UPDATE clock SET latest_ms = " + store(Database::nowMs) + " + " + back);
        queue("B1", passing());
        assertEquals(JobState.PASSED, end(job).state());
        long leftMs = store.leases().holder("B2").orElseThrow().expiresAtMs() - store(Database::nowMs);
        assertTrue(leftMs > 0 && leftMs <= LONG.toMillis(), leftMs + " ms of the reservation");
    }

    @Test
    void shouldNotTakeItsOwnJobsForDead() throws Exception {
        Job job = submit("lives");
        CountDownLatch over = new CountDownLatch(1);
        JobWorker worker = (running, lease, token, to) -> {
            over.await();
            return JobEnd.passed(keep(to, lease.board(), true));
        };
        queue(store, "B1", worker, FakeAgent.options("agent", Duration.ofSeconds(2)));
        queue(store, "B2", worker, FakeAgent.options("agent", Duration.ofSeconds(2)));
        await(job, now -> now.state() == JobState.RUNNING);
        for (int look = 0; look < 20; look++) { // as after a host that stood still, or a clock that was turned
            execute("UPDATE scheduled_tasks SET last_heartbeat = 0 WHERE picked_by IS NOT NULL");
            Thread.sleep(100);
        }
        over.countDown();
        Job ended = end(job);
        assertEquals(JobState.PASSED, ended.state());
        assertEquals(1, ended.attempts());
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
            store.flashes().hold("B1", FIRMWARE);
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
        BoardQueue queue = store.startPausedQueue("pool", "B1", passing(), FakeAgent.options("agent", LONG));
        open.add(queue);
        Job job = submit("waits");
        queue.resume();
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
    void shouldBeginPaused() throws Exception {
        Job job = submit("waits");
        BoardQueue queue = store.startPausedQueue("pool", "B1", passing(), FakeAgent.options("agent", LONG));
        open.add(queue);
        Thread.sleep(6 * FakeAgent.POLL.toMillis());
        assertEquals(Optional.of(job), store.jobs().find(job.id()));
        queue.resume();
        end(job);
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

    /** Behind the store's back. */
    private int execute(String statement) throws SQLException {
        return store(database -> database.each(connection -> {
            try (Statement update = connection.createStatement()) {
                return update.executeUpdate(statement);
            }
        }));
    }

    private interface Asked<T> {
        T ask(Database database) throws SQLException;
    }

    private <T> T store(Asked<T> asked) throws SQLException {
        try (Database database = Database.open(
                address(), Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()))) {
            return asked.ask(database);
        }
    }
}
