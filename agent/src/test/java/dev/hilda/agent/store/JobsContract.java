// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.jobs.Cancellation;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobQuery;
import dev.hilda.agent.jobs.JobState;
import dev.hilda.agent.jobs.JobWorker;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of jobs, on every database. */
abstract class JobsContract extends JobsFixture {
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
}
