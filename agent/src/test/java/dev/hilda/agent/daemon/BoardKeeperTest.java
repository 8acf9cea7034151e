// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.daemon.BenchConfiguration.Quarantine;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobState;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.result.ResultStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class BoardKeeperTest {
    private static final String SERIAL = "0033002A";

    private final DaemonClock clock = new DaemonClock();
    private final FakeLeases leases = new FakeLeases(clock);
    private final FakeWork work = new FakeWork();
    private final List<KeptState> states = new ArrayList<>();
    private final BoardKeeper keeper = new BoardKeeper(
            SERIAL, work, new BoardHealth(new Quarantine(2, 3, Duration.ofMinutes(5)), clock), leases, states::add);
    private final ExecutorService queue = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        queue.shutdownNow();
    }

    /** A board that does what the test says. */
    private static final class FakeWork implements BoardWork {
        private final CountDownLatch started = new CountDownLatch(1);
        private Optional<BenchFailure> failure = Optional.empty();
        private boolean keepsResult = true;
        private boolean waits;
        private boolean answers = true;
        private boolean isWell = true;
        private Optional<String> optionBytes = Optional.of("1 2");
        private int climbs;

        @Override
        public void run(Job job, CancelToken token, ResultStore results, RunIds ids) throws InterruptedException {
            if (keepsResult) {
                ids.kept("run of " + job.id());
            }
            started.countDown();
            if (waits) {
                token.run(() -> {
                    new CountDownLatch(1).await();
                    return true;
                });
            }
            failure.ifPresent(thrown -> {
                throw thrown;
            });
        }

        @Override
        public Optional<String> check() {
            if (!answers) {
                throw failure(FailureKind.LINK);
            }
            return optionBytes;
        }

        @Override
        public void probation() {
            if (!isWell) {
                throw failure(FailureKind.PARITY);
            }
        }

        @Override
        public RecoveryLadder ladder() {
            climbs++;
            return new RecoveryLadder(List.of(new RecoveryLadder.Rung("reset", () -> {})), this::check);
        }
    }

    private static BenchFailure failure(FailureKind kind) {
        return BenchFailure.of(kind, "work").actual("it " + kind.label()).failure();
    }

    private static Job job(String id) {
        JobOrder order = new JobOrder("pool", "me", "net", "a".repeat(64), "b".repeat(64), OptionalInt.empty());
        return new Job(
                id,
                order,
                JobState.RUNNING,
                1,
                Optional.of(SERIAL),
                Optional.empty(),
                Optional.empty(),
                0,
                OptionalLong.empty(),
                false);
    }

    private JobEnd run(String id) throws InterruptedException {
        Lease lease = leases.take(SERIAL, "agent", "job", Duration.ofMinutes(1)).orElseThrow();
        try {
            return keeper.run(job(id), lease, new CancelToken(), (result, outcomes, wear) -> {
                throw new AssertionError("nothing is kept here");
            });
        } finally {
            lease.release();
        }
    }

    private String state() {
        return keeper.view("bench", "profile", "pool").state();
    }

    private void ready() throws InterruptedException {
        keeper.tend();
        assertEquals("ready", state());
    }

    @Test
    void shouldTakeNoJobBeforeTheBoardAnswered() throws InterruptedException {
        assertFalse(keeper.takesJobs());
        assertEquals(JobState.QUEUED, run("1").state());

        ready();

        assertEquals(JobEnd.passed("run of 2"), run("2"));
        assertEquals(List.of(KeptState.READY, KeptState.BUSY, KeptState.READY), states);
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"FLASH", "BOOT", "LINK", "TIMEOUT", "BENCH"})
    void shouldTreatTheBoardAndGiveTheJobToAnother(FailureKind kind) throws InterruptedException {
        ready();
        work.failure = Optional.of(failure(kind));

        JobEnd end = run("1");

        assertAll(
                () -> assertEquals(JobState.QUEUED, end.state()),
                () -> assertTrue(end.costsAttempt()),
                () -> assertEquals(1, work.climbs),
                () -> assertEquals("ready", state()));
    }

    /** What the network or its data is at fault for says nothing against the board. */
    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            mode = Mode.EXCLUDE,
            names = {"FLASH", "BOOT", "LINK", "TIMEOUT", "BENCH"})
    void shouldEndAJobThatNoBoardCanPass(FailureKind kind) throws InterruptedException {
        ready();
        work.failure = Optional.of(failure(kind));

        for (int i = 0; i < 3; i++) {
            JobEnd end = run("1");
            assertEquals(JobState.FAILED, end.state());
            assertEquals(Optional.of("run of 1"), end.runId());
        }

        assertEquals("ready", state());
        assertEquals(0, work.climbs);
    }

    @Test
    void shouldQuarantineABoardThatFailsTwiceInARowAndTakeItBackAfterAProbation() throws InterruptedException {
        ready();
        work.failure = Optional.of(failure(FailureKind.TIMEOUT));
        run("1");
        run("2");
        assertEquals("quarantined", state());
        assertFalse(keeper.takesJobs());

        work.isWell = false;
        clock.advance(Duration.ofMinutes(5));
        keeper.tend();
        assertEquals("quarantined", state());

        work.isWell = true;
        clock.advance(Duration.ofMinutes(10));
        keeper.tend();
        assertEquals("ready", state());
    }

    @Test
    void shouldQuarantineABoardThatNothingBringsBack() throws InterruptedException {
        ready();
        work.failure = Optional.of(failure(FailureKind.LINK));
        work.answers = false;

        JobEnd end = run("1");

        assertEquals(JobState.QUEUED, end.state());
        assertEquals("quarantined", state());
        String reason = keeper.view("bench", "profile", "pool").reason().orElseThrow();
        assertTrue(reason.contains("what was done: reset: it link"), reason);
    }

    @Test
    void shouldLeaveAFreeBoardToWhoeverReservesIt() throws InterruptedException {
        ready();
        keeper.reserve(new Reservation("ada", "gdb", Duration.ofHours(2), false));
        keeper.tend();

        BoardView view = keeper.view("bench", "profile", "pool");
        assertAll(
                () -> assertEquals("reserved", view.state()),
                () -> assertEquals(Optional.of("ada"), view.holder()),
                () -> assertEquals(Optional.of("gdb"), view.reason()),
                () -> assertEquals(
                        OptionalLong.of(clock.now().plus(Duration.ofHours(2)).toEpochMilli()), view.untilMs()),
                () -> assertFalse(keeper.takesJobs()),
                () -> assertEquals("ada", leases.holder(SERIAL).orElseThrow().holder()));
        assertThrows(
                BenchFailure.class, () -> keeper.reserve(new Reservation("bob", "too", Duration.ofHours(1), true)));
    }

    @Test
    void shouldNotTakeBackABoardWhoseOptionBytesWereChanged() throws InterruptedException {
        ready();
        keeper.reserve(new Reservation("ada", "gdb", Duration.ofHours(2), false));
        keeper.tend();
        work.optionBytes = Optional.of("1 3");

        keeper.release();
        keeper.tend();
        assertEquals("quarantined", state());
        String reason = keeper.view("bench", "profile", "pool").reason().orElseThrow();
        assertTrue(reason.contains("expected: 1 2") && reason.contains("got: 1 3"), reason);
        clock.advance(Duration.ofMinutes(5));
        keeper.tend();
        assertEquals("quarantined", state(), "by a probation");

        keeper.release(); // by somebody who accepts them
        keeper.tend();
        assertEquals("ready", state());
    }

    @Test
    void shouldMissNoOptionBytesThatCannotBeRead() throws InterruptedException {
        ready();
        keeper.reserve(new Reservation("ada", "gdb", Duration.ofHours(2), false));
        keeper.tend();
        work.optionBytes = Optional.empty();

        keeper.release();
        keeper.tend();
        assertEquals("ready", state());
    }

    @Test
    void shouldCheckABoardThatComesBack() throws InterruptedException {
        ready();
        keeper.reserve(new Reservation("ada", "gdb", Duration.ofHours(2), false));
        keeper.tend();
        work.answers = false;

        keeper.release();
        assertEquals("checking", state());
        keeper.tend();
        assertEquals("quarantined", state());

        work.answers = true;
        keeper.release();
        keeper.tend();
        assertEquals("ready", state());
    }

    @Test
    void shouldTakeABoardBackWhenTheTimeIsOver() throws InterruptedException {
        ready();
        keeper.reserve(new Reservation("ada", "gdb", Duration.ofMinutes(2), false));
        keeper.tend();
        clock.advance(Duration.ofMinutes(2));
        keeper.tend();

        assertEquals("ready", state());
        assertEquals(Optional.empty(), keeper.view("bench", "profile", "pool").holder());
    }

    @Test
    void shouldWaitForTheJobInWork() throws Exception {
        ready();
        work.waits = true;
        CancelToken token = new CancelToken();
        Future<JobEnd> end = queue.submit(() -> runWith(token));
        assertTrue(work.started.await(10, TimeUnit.SECONDS));

        keeper.reserve(new Reservation("ada", "gdb", Duration.ofHours(2), false));
        keeper.tend();

        assertEquals("busy", state());
        assertEquals(Optional.of("ada"), keeper.view("bench", "profile", "pool").holder());
        token.cancel();
        assertThrows(Exception.class, () -> end.get(10, TimeUnit.SECONDS));
        keeper.tend();
        assertEquals("reserved", state());
    }

    @Test
    void shouldGiveTheJobBackWhoseBoardIsWantedNow() throws Exception {
        ready();
        work.waits = true;
        Future<JobEnd> end = queue.submit(() -> runWith(new CancelToken()));
        assertTrue(work.started.await(10, TimeUnit.SECONDS));

        keeper.reserve(new Reservation("ada", "gdb", Duration.ofHours(2), true));

        assertEquals(JobEnd.requeue("its board was reserved by ada", false), end.get(10, TimeUnit.SECONDS));
        keeper.tend();
        assertEquals("reserved", state());
    }

    private JobEnd runWith(CancelToken token) throws InterruptedException {
        Lease lease = leases.take(SERIAL, "agent", "job", Duration.ofMinutes(1)).orElseThrow();
        try {
            return keeper.run(job("1"), lease, token, (result, outcomes, wear) -> {
                throw new AssertionError("nothing is kept here");
            });
        } finally {
            lease.release();
        }
    }
}
