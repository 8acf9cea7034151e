package dev.hilda.agent.run;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.log.RunLog;
import dev.hilda.agent.publish.Announcer;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.Topics;
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
 * @param <R> what its task finds
 */
public final class BoardRun<R> {
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
            try (Announcer announcer = announcer()) {
                return logged(announcer, id);
            } finally {
                MDC.remove(RunLog.RUN_KEY);
            }
        });
    }

    private R logged(Announcer announcer, String id) throws InterruptedException {
        LOG.info("{} on {}, bench {}", task.model(), request.boardName(), request.bench());
        try {
            return run(announcer, id);
        } catch (BenchFailure | InterruptedException early) {
            LOG.error("{}", early.getMessage());
            throw early;
        }
    }

    private Announcer announcer() {
        return new ShieldedAnnouncer(cancel.shield(() -> bench.announcer(topics, listener::remark)), cancel);
    }

    private R run(Announcer announcer, String id) throws InterruptedException {
        RunIdentity run = new RunIdentity(
                id,
                Clock.SYSTEM.now(),
                request.bench(),
                request.profile().name(),
                request.board().stLinkSerial(),
                request.profile().timing());
        R report = measure(announcer, run);
        String document = task.document(run, report);
        task.remarks(report).forEach(listener::remark);
        listener.measured(run, report);
        keep(run, document);
        deliver(announcer, run, report, document);
        return report;
    }

    /** Does the task; tells what ends it early. */
    private R measure(Announcer announcer, RunIdentity run) throws InterruptedException {
        try {
            return measure(announcer, progress(announcer, run));
        } catch (BenchFailure failure) {
            String document = task.document(run, failure.kind().label(), String.valueOf(failure.getMessage()));
            keep(run, document);
            publishFailure(announcer, run, document);
            throw failure;
        } catch (InterruptedException e) {
            announcer.boardStatus(INTERRUPTED);
            keep(run, task.document(run, INTERRUPTED, INTERRUPTED));
            throw e;
        } catch (RuntimeException e) {
            announcer.boardStatus("faulted");
            throw e;
        }
    }

    private R measure(Announcer announcer, Progress progress) throws InterruptedException {
        // Before flashing: a port in use is found before the board is touched.
        try (BoardLink link = bench.link(request)) {
            announcer.boardStatus("flashing");
            BoardSession session = new BoardSession(
                    request.profile(),
                    task.expected(),
                    request.boardName(),
                    link,
                    random::nextInt,
                    Clock.SYSTEM,
                    request.patience(),
                    state -> sayStreaming(announcer, state));
            try {
                R report = task.run(session, bench.flasher(request), request.boardName(), progress);
                announcer.boardStatus(statusAfter(session.state()));
                return report;
            } catch (BenchFailure failure) {
                awaitCancellation();
                announcer.boardStatus(statusAfter(session.state()));
                throw failure;
            }
        }
    }

    private static void sayStreaming(Announcer announcer, SessionState state) {
        if (state instanceof SessionState.Streaming) {
            announcer.boardStatus("streaming");
        }
    }

    private static String statusAfter(SessionState state) {
        // A bad file on the host says nothing against the board.
        boolean faulted = state instanceof SessionState.Failed failed
                && failed.kind() != FailureKind.DATASET
                && failed.kind() != FailureKind.BUNDLE;
        return faulted ? "faulted" : "idle";
    }

    private void awaitCancellation() throws InterruptedException {
        Thread.sleep(CANCEL_DELAY.toMillis());
        if (cancel.isCancelled()) {
            throw new InterruptedException("cancelled");
        }
    }

    private Progress progress(Announcer announcer, RunIdentity run) {
        Progress published =
                new SparseProgress(Clock.SYSTEM, (step, done, total) -> announcer.progress(run, step, done, total));
        return (step, done, total) -> {
            listener.progress(step, done, total);
            published.advance(step, done, total);
        };
    }

    private void deliver(Announcer announcer, RunIdentity run, R report, String document) throws InterruptedException {
        Optional<BenchFailure> verdict = task.verdict(report);
        try {
            announcer.result(run, task.model(), document);
            task.publishMore(announcer, run, report);
            announcer.readBack(task.model(), document);
            listener.published(topics.latest(task.model()));
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

    /** A failed run is published too; that this fails as well is not the message the user needs. */
    private void publishFailure(Announcer announcer, RunIdentity run, String document) {
        try {
            announcer.result(run, task.model(), document);
        } catch (BenchFailure unpublished) {
            listener.remark("the failure was not published: no broker");
        }
    }

    /** Before it is published, which may take long and be cancelled. That it cannot be saved is no reason to lose it. */
    private void keep(RunIdentity run, String document) {
        // Files are closed by an interruption in the middle of writing.
        Optional<IOException> unsaved = cancel.shield(() -> save(run, document));
        unsaved.ifPresent(e -> listener.remark("the result was not saved: " + e
                + "\n  what to do: name a folder you may write to with XDG_STATE_HOME"));
        listener.document(document);
    }

    private Optional<IOException> save(RunIdentity run, String document) {
        try {
            listener.saved(request.results().save(run, task.model(), document));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }
}
