// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobWorker;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.Leases;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.failure.ExplainedException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one board: runs the jobs that its queue brings, treats it when it does not answer, takes it out of service and back,
 * and leaves it to people who reserve it. Jobs come on the queue's thread, everything else by {@link #tend()}.
 */
final class BoardKeeper implements JobWorker {
    private static final Logger LOG = LoggerFactory.getLogger(BoardKeeper.class);

    /** Failures that a board, its cable or its probe can be the cause of. */
    private static final Set<FailureKind> OF_BOARDS =
            EnumSet.of(FailureKind.FLASH, FailureKind.BOOT, FailureKind.LINK, FailureKind.TIMEOUT, FailureKind.BENCH);

    private final String serial;
    private final BoardWork work;
    private final BoardHealth health;
    private final Leases leases;
    private final Consumer<KeptState> changed;

    private KeptState state = KeptState.CHECKING;
    private Optional<Job> job = Optional.empty();
    private Optional<Reservation> wanted = Optional.empty();
    private Optional<String> optionBytes = Optional.empty();
    private @Nullable CancelToken running;
    private @Nullable Lease reserved;

    /** @param changed hears of each state, on the thread that changes it */
    BoardKeeper(String serial, BoardWork work, BoardHealth health, Leases leases, Consumer<KeptState> changed) {
        this.serial = serial;
        this.work = work;
        this.health = health;
        this.leases = leases;
        this.changed = changed;
    }

    /** What a board of this keeper is, for others. */
    synchronized BoardView view(String bench, String profile, String pool) {
        Optional<Lease> lease = Optional.ofNullable(reserved);
        OptionalLong until = lease.map(held -> OptionalLong.of(held.expiresAtMs()))
                .or(() -> health.nextTry().map(next -> OptionalLong.of(next.toEpochMilli())))
                .orElseGet(OptionalLong::empty);
        return new BoardView(
                bench,
                profile,
                serial,
                pool,
                state.name().toLowerCase(Locale.ROOT),
                job.map(Job::id),
                lease.map(Lease::holder).or(() -> wanted.map(Reservation::holder)),
                lease.map(Lease::text).or(() -> wanted.map(Reservation::text)).or(health::reason),
                OptionalLong.empty(),
                OptionalLong.empty(),
                until);
    }

    /** Whether its queue may bring jobs. */
    synchronized boolean takesJobs() {
        return (state == KeptState.READY || state == KeptState.BUSY) && wanted.isEmpty();
    }

    @Override
    public JobEnd run(Job next, Lease lease, CancelToken token, ResultStore results) throws InterruptedException {
        if (!begin(next, token)) {
            return JobEnd.requeue("the board was wanted for something else", false);
        }
        String[] runId = new String[1];
        try {
            work.run(next, token, results, id -> runId[0] = id);
            health.worked();
            return JobEnd.passed(runId[0]);
        } catch (InterruptedException e) {
            return givenBack().orElseThrow(() -> e);
        } catch (BenchFailure failure) {
            Optional<JobEnd> givenBack = givenBack();
            return givenBack.isPresent() ? givenBack.get() : afterFailure(failure, Optional.ofNullable(runId[0]));
        } catch (UnfitBoardException unfit) {
            return JobEnd.requeue(String.valueOf(unfit.getMessage()), false);
        } catch (ExplainedException wrongInput) {
            return JobEnd.failed(String.valueOf(wrongInput.getMessage()));
        } finally {
            end();
        }
    }

    private synchronized boolean begin(Job next, CancelToken token) {
        if (!takesJobs()) {
            return false;
        }
        job = Optional.of(next);
        running = token;
        become(KeptState.BUSY);
        return true;
    }

    private synchronized void end() {
        job = Optional.empty();
        running = null;
        become(health.reason().isPresent() ? KeptState.QUARANTINED : KeptState.READY);
    }

    /** How the job ends whose board somebody wants at once. */
    private synchronized Optional<JobEnd> givenBack() {
        return wanted.filter(Reservation::isNow)
                .map(reservation -> JobEnd.requeue("its board was reserved by " + reservation.holder(), false));
    }

    private JobEnd afterFailure(BenchFailure failure, Optional<String> runId) throws InterruptedException {
        String reason = String.valueOf(failure.getMessage());
        if (!OF_BOARDS.contains(failure.kind())) {
            health.worked();
            return runId.map(id -> JobEnd.failed(id, reason)).orElseGet(() -> JobEnd.failed(reason));
        }
        RecoveryLadder.Outcome outcome = work.ladder().climb();
        if (outcome.answers()) {
            health.failed(reason);
        } else {
            health.lost(reason + "\n  what was done: " + outcome.story());
        }
        return JobEnd.requeue(failure.kind().label() + " on " + serial + ": " + outcome.story(), true);
    }

    /** Wants the board: at the next {@link #tend()} after the job in work, or at once. */
    synchronized void reserve(Reservation reservation) {
        if (reserved != null || wanted.isPresent()) {
            throw BenchFailure.of(FailureKind.BENCH, "reserve the board")
                    .board(serial)
                    .expected("a board that nobody has reserved")
                    .actual("reserved by "
                            + Optional.ofNullable(reserved)
                                    .map(Lease::holder)
                                    .or(() -> wanted.map(Reservation::holder))
                                    .orElseThrow())
                    .remedy("hilda board list says until when; hilda board release gives it back")
                    .failure();
        }
        wanted = Optional.of(reservation);
        CancelToken token = running;
        if (reservation.isNow() && token != null) {
            token.cancel();
        }
    }

    /** Gives a reserved board back, and takes one out of quarantine that somebody vouches for; it is checked first. */
    synchronized void release() {
        wanted = Optional.empty();
        Lease held = reserved;
        if (held != null) {
            held.release();
            reserved = null;
            become(KeptState.CHECKING);
        } else if (health.reason().isPresent()) {
            health.released();
            optionBytes = Optional.empty();
            become(KeptState.CHECKING);
        }
    }

    /** Does what is due. To be called every second or so, by one thread. */
    void tend() throws InterruptedException {
        takeReservation();
        endReservation();
        if (is(KeptState.CHECKING)) {
            look();
        } else if (is(KeptState.QUARANTINED) && health.takeTry()) {
            probation();
        }
    }

    /** Whether a job runs on it, or somebody has it or waits for it. */
    synchronized boolean isInUse() {
        return state == KeptState.BUSY || reserved != null || wanted.isPresent();
    }

    private synchronized boolean is(KeptState asked) {
        return state == asked;
    }

    private synchronized void takeReservation() {
        if (wanted.isEmpty() || state == KeptState.BUSY) {
            return;
        }
        Reservation reservation = wanted.get();
        leases.take(serial, reservation.holder(), Lease.RESERVATION, reservation.text(), reservation.duration())
                .ifPresent(lease -> {
                    wanted = Optional.empty();
                    reserved = lease;
                    become(KeptState.RESERVED);
                });
    }

    private synchronized void endReservation() {
        Lease held = reserved;
        if (held == null) {
            return;
        }
        boolean isOver =
                leases.holder(serial).filter(now -> now.fence() == held.fence()).isEmpty();
        if (isOver) {
            LOG.warn("the reservation of {} by {} is over", serial, held.holder());
            reserved = null;
            become(KeptState.CHECKING);
        }
    }

    private void look() throws InterruptedException {
        try {
            Optional<String> changed = checked();
            changed.ifPresent(health::lost);
            becomeReady();
        } catch (BenchFailure silent) {
            RecoveryLadder.Outcome outcome = work.ladder().climb();
            if (outcome.answers()) {
                becomeReady();
            } else {
                health.lost(silent.getMessage() + "\n  what was done: " + outcome.story());
                becomeUnlessReserved(KeptState.QUARANTINED);
            }
        }
    }

    /** Returns why a board that answers is not the one that was lent. Who releases it from quarantine accepts what it is. */
    private Optional<String> checked() throws InterruptedException {
        Optional<String> now = work.check();
        synchronized (this) {
            Optional<String> before = optionBytes.filter(known -> now.isPresent() && !known.equals(now.get()));
            optionBytes = optionBytes.or(() -> now);
            return before.map(known -> "its option bytes were changed\n  expected: " + known + "\n  got: "
                    + now.orElseThrow()
                    + "\n  what to do: write them back, or accept them with hilda board release " + serial);
        }
    }

    private void probation() throws InterruptedException {
        try {
            Optional<String> changed = checked();
            if (changed.isPresent()) {
                health.probationFailed(changed.get());
                becomeUnlessReserved(KeptState.QUARANTINED);
                return;
            }
            work.probation();
            health.released();
            becomeUnlessReserved(KeptState.READY);
        } catch (BenchFailure | UnfitBoardException failure) {
            health.probationFailed(String.valueOf(failure.getMessage()));
            becomeUnlessReserved(KeptState.QUARANTINED);
        }
    }

    private void becomeReady() {
        becomeUnlessReserved(health.reason().isPresent() ? KeptState.QUARANTINED : KeptState.READY);
    }

    private synchronized void becomeUnlessReserved(KeptState next) {
        if (state != KeptState.RESERVED) {
            become(next);
        }
    }

    private void become(KeptState next) {
        state = next;
        changed.accept(next);
    }
}
