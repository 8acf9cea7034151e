// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.board.RunningClock;
import dev.hilda.agent.crash.FirmwarePlaces;
import dev.hilda.agent.log.RunLog;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.RunProgress;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.SessionState;
import dev.hilda.profile.MemoryRole;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One run with an attached board, up to the published result.
 *
 * @param <R> its result
 */
public final class BoardRun<R extends Result> {
    private static final Logger LOG = LoggerFactory.getLogger(BoardRun.class);
    private static final String INTERRUPTED = "interrupted";

    /** Ctrl-C reaches OpenOCD too, whose death can be noticed before the cancellation that comes of the same signal. */
    private static final Duration CANCEL_DELAY = Duration.ofMillis(200);

    private final RunRequest request;
    private final RunTask<R> task;
    private final BenchPorts bench;
    private final RunListener<R> listener;
    private final CancelToken cancel;
    private final Topics topics;
    private final SecureRandom random = new SecureRandom();

    /**
     * A run, to be run once.
     *
     * @param cancel ends it early
     */
    public BoardRun(
            RunRequest request, RunTask<R> task, BenchPorts bench, RunListener<R> listener, CancelToken cancel) {
        this.request = request;
        this.task = task;
        this.bench = bench;
        this.listener = new LoggedRun<>(listener);
        this.cancel = cancel;
        this.topics = Topics.of(
                request.bench(), request.profile().name(), request.board().stLinkSerial());
    }

    /**
     * Runs on the calling thread. A run that fails or is cancelled has a result too, kept where all are.
     *
     * @throws BenchFailure when it could not be done, its result is a failed one, or could not be published
     * @throws InterruptedException when it was cancelled; the board's status is {@code interrupted} then. Cancelled before
     *     it began, it has done nothing
     */
    public R run() throws InterruptedException {
        task.image()
                .requireFits(
                        AddressRange.memoriesOf(request.profile(), MemoryRole.CODE),
                        request.profile().name());
        return cancel.run(() -> {
            String id = UUID.randomUUID().toString();
            MDC.put(RunLog.RUN_KEY, id);
            BoardAccess.Hold held = access();
            try (Publisher publisher = publisher()) {
                return logged(publisher, id);
            } finally {
                cancel.shield(() -> {
                    held.close();
                    return true;
                });
                MDC.remove(RunLog.RUN_KEY);
            }
        });
    }

    private R logged(Publisher publisher, String id) throws InterruptedException {
        LOG.info("flash {} on {}, bench {}", task.image().name(), request.boardName(), request.bench());
        try {
            return run(publisher, id);
        } catch (BenchFailure | InterruptedException early) {
            LOG.error("{}", early.getMessage());
            throw early;
        }
    }

    /** Before anybody is told that the board does something. */
    private BoardAccess.Hold access() {
        return cancel.shield(() -> request.access().take(request, cancel));
    }

    private Publisher publisher() {
        return new ShieldedPublisher(cancel.shield(() -> bench.publisher(topics, listener::remark)), cancel);
    }

    private R run(Publisher publisher, String id) throws InterruptedException {
        RunIdentity identity = new RunIdentity(
                id,
                Clock.SYSTEM.now(),
                request.bench(),
                request.profile().name(),
                request.board().stLinkSerial(),
                request.profile().timing());
        Flasher flasher = bench.flasher(request);
        Course course = new Course(identity, Clock.SYSTEM.nanoTime(), bench.flasherVersion(), flasher);
        Optional<BenchFailure> verdict = measure(publisher, course);
        R result = result(
                course,
                verdict.map(failure -> failed(course, failure)).orElseGet(() -> Outcome.passed(course.duration())));
        result.remarks().forEach(listener::remark);
        listener.measured(result);
        deliver(publisher, keep(result, course.flasher()), verdict);
        return result;
    }

    /** Does the task; a run that ends early has a result too. */
    private Optional<BenchFailure> measure(Publisher publisher, Course course) throws InterruptedException {
        try {
            return measure(publisher, course.flasher(), progress(publisher, course.identity()));
        } catch (BenchFailure failure) {
            endEarly(publisher, result(course, failed(course, failure)), course.flasher());
            throw failure;
        } catch (InterruptedException e) {
            publisher.boardState(BoardState.INTERRUPTED);
            endEarly(publisher, result(course, failed(course, INTERRUPTED, INTERRUPTED)), course.flasher());
            throw e;
        } catch (RuntimeException e) {
            publisher.boardState(BoardState.FAULTED);
            throw e;
        }
    }

    private Optional<BenchFailure> measure(Publisher publisher, Flasher flasher, Progress progress)
            throws InterruptedException {
        // Before flashing: a port in use is found before the board is touched.
        try (BoardLine line = new BoardLine(bench, request, flasher)) {
            publisher.boardState(BoardState.FLASHING);
            BoardSession session = new BoardSession(
                    request.profile(),
                    task.expected(),
                    request.boardName(),
                    line.link(),
                    random::nextInt,
                    RunningClock.OF_THIS_PROCESS,
                    request.patience(),
                    state -> sayStreaming(publisher, state));
            session.allowResume(line);
            session.nameCode(new FirmwarePlaces(
                    task.image(), request.profile().toolchain().compiler()));
            try {
                Optional<BenchFailure> verdict = task.run(session, flasher, request.boardName(), progress);
                publisher.boardState(stateAfter(session.state()));
                return verdict;
            } catch (BenchFailure failure) {
                awaitCancellation();
                publisher.boardState(stateAfter(session.state()));
                throw failure;
            }
        }
    }

    /**
     * What every result of this run says.
     *
     * @param startedNanos by the system's clock
     */
    private record Course(RunIdentity identity, long startedNanos, String flasherVersion, Flasher flasher) {
        Duration duration() {
            return Clock.SYSTEM.since(startedNanos);
        }
    }

    private R result(Course course, Outcome outcome) {
        return task.result(
                course.identity(),
                outcome,
                SessionFindings.setup(
                        request, course.flasherVersion(), course.flasher().probeFirmware(), task.greeting()));
    }

    private Outcome failed(Course course, BenchFailure failure) {
        return failed(course, failure.kind().label(), String.valueOf(failure.getMessage()));
    }

    private Outcome failed(Course course, String kind, String failure) {
        return Outcome.failed(task.isComplete(), kind, failure, course.duration());
    }

    private static void sayStreaming(Publisher publisher, SessionState state) {
        if (state instanceof SessionState.Streaming) {
            publisher.boardState(BoardState.STREAMING);
        }
    }

    private static BoardState stateAfter(SessionState state) {
        // A bad file on the host says nothing against the board.
        boolean faulted = state instanceof SessionState.Failed failed
                && failed.kind() != FailureKind.DATASET
                && failed.kind() != FailureKind.BUNDLE;
        return faulted ? BoardState.FAULTED : BoardState.IDLE;
    }

    private void awaitCancellation() throws InterruptedException {
        Thread.sleep(CANCEL_DELAY.toMillis());
        if (cancel.isCancelled()) {
            throw new InterruptedException("cancelled");
        }
    }

    private Progress progress(Publisher publisher, RunIdentity run) {
        Progress published = new SparseProgress(
                Clock.SYSTEM,
                (step, done, total) ->
                        publisher.progress(new RunProgress(run, new RunProgress.Step(step, done, total))));
        return (step, done, total) -> {
            listener.progress(step, done, total);
            published.advance(step, done, total);
        };
    }

    private void deliver(Publisher publisher, Result result, Optional<BenchFailure> verdict)
            throws InterruptedException {
        try {
            publisher.result(result);
            if (result.outcome().complete()) {
                publisher.readBack(result).ifPresent(listener::published);
            }
        } catch (BenchFailure unpublished) {
            if (cancel.isCancelled()) {
                throw new InterruptedException("cancelled while publishing");
            }
            if (verdict.isEmpty()) {
                throw unpublished;
            }
            listener.remark("the result was not published: " + unpublished.getMessage());
        }
        if (verdict.isPresent()) {
            throw verdict.get();
        }
    }

    /** What is known is kept and published; that this fails as well is not the message the user needs. */
    private void endEarly(Publisher publisher, R result, Flasher flasher) {
        Result kept = keep(result, flasher);
        try {
            publisher.result(kept);
        } catch (BenchFailure unpublished) {
            listener.remark("the failure was not published: no broker");
        }
    }

    /**
     * Before it is published, which may take long and be cancelled. That it cannot be saved is no reason to lose it.
     *
     * @return what is to be published
     */
    private Result keep(R result, Flasher flasher) {
        // Files are closed by an interruption in the middle of writing.
        Result kept = cancel.shield(() -> save(result, flasher));
        listener.result(kept);
        return kept;
    }

    private Result save(R result, Flasher flasher) {
        try {
            ResultStore.Kept kept = request.results().save(result, task.outcomes(), request.wear(flasher.erases()));
            listener.saved(kept.place());
            return kept.result();
        } catch (IOException e) {
            listener.remark("the result was not saved: " + e
                    + "\n  what to do: make room, or name a folder you may write to with XDG_STATE_HOME");
            return result;
        }
    }
}
