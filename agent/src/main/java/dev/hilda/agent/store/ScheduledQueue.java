// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.RunningClock;
import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobWorker;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.Leases;
import dev.hilda.agent.jobs.QueueOptions;
import dev.hilda.agent.store.JobTable.Runner;
import dev.hilda.agent.store.JobTable.Ticket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A board with a scheduler of its own, one thread, whose executions are of tickets. The scheduler's heartbeats say that the
 * agent lives; a ticket whose agent died is given out again, and the job that ran under it goes back into its queue.
 */
final class ScheduledQueue implements BoardQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduledQueue.class);

    /** Dead after four missed heartbeats (the scheduler's least), which it looks for every second one: six at most. */
    private static final int HEARTBEATS = 6;

    private static final int MISSED_HEARTBEATS = 4;

    /** Nobody knows the pools of other boards; their tickets are theirs. */
    private static final Duration NEVER = Duration.ofDays(100_000);

    /** What runs has ended before. */
    private static final Duration STOP = Duration.ofSeconds(1);

    /** Each of these may wait for a database that is away: heartbeats, deaths, leases, presence. One more must not. */
    private static final int WATCHES = 5;

    private final String pool;
    private final String board;
    private final JobWorker worker;
    private final QueueOptions options;
    private final JobRuns runs;
    private final Leases leases;
    private final Set<Ticket> inWork;
    private final DatabaseClock clock;
    private final Scheduler scheduler;
    private final ScheduledExecutorService watch;
    private final List<Future<?>> watches;
    private final AtomicBoolean isSaying = new AtomicBoolean();

    private boolean isPaused;
    private boolean isClosing;
    private boolean isBusy;
    private boolean isOverdue;
    private Optional<BoardHold> hold = Optional.empty();

    private ScheduledQueue(
            Database database, Set<Ticket> inWork, String pool, String board, JobWorker worker, QueueOptions options)
            throws SQLException {
        this.inWork = inWork;
        this.pool = pool;
        this.board = board;
        this.worker = worker;
        this.options = options;
        this.runs = new JobRuns(database, options);
        this.leases = new StoredLeases(database);
        ClockTable clockTable = new ClockTable(database);
        clockTable.look();
        this.clock = new DatabaseClock(database);
        this.watch = Executors.newScheduledThreadPool(WATCHES, daemons("watch-" + board));
        this.scheduler = scheduler(database, watch);
        long pollMs = options.poll().toMillis();
        this.watches = List.of(
                watch.scheduleWithFixedDelay(
                        () -> held().ifPresent(BoardHold::look), pollMs, pollMs, TimeUnit.MILLISECONDS),
                watch.scheduleWithFixedDelay(
                        () -> held().ifPresent(BoardHold::expire), pollMs, pollMs, TimeUnit.MILLISECONDS),
                watch.scheduleWithFixedDelay(
                        () -> {
                            clockTable.look();
                            sayPresent();
                        },
                        options.deadAfter().toMillis(),
                        options.deadAfter().toMillis(),
                        TimeUnit.MILLISECONDS));
    }

    /**
     * For the boards of the pool, which leave a job to the one that fits it best. They get on without, too; so nothing waits
     * for it, and it holds no lock while the database is away.
     */
    private void sayPresent() {
        if (!isSaying.compareAndSet(false, true)) {
            return;
        }
        try {
            if (takesJobs()) {
                runs.enter(pool, board);
            } else {
                runs.leave(pool, board);
            }
        } catch (RuntimeException e) {
            LOG.warn("other boards are not told whether board {} takes jobs", board, e);
        } finally {
            isSaying.set(false);
        }
    }

    private void saySoon() {
        try {
            watch.execute(this::sayPresent);
        } catch (RejectedExecutionException closed) {
            LOG.debug("board {} has left its pool", board);
        }
    }

    private synchronized boolean takesJobs() {
        return !isPaused && !isClosing;
    }

    /**
     * Begins to run jobs.
     *
     * @param inWork the tickets that this process plays now, of all its boards
     * @param isPaused when it is resumed
     */
    static BoardQueue start(
            Database database,
            Set<Ticket> inWork,
            String pool,
            String board,
            JobWorker worker,
            QueueOptions options,
            boolean isPaused)
            throws SQLException {
        ScheduledQueue queue = new ScheduledQueue(database, inWork, pool, board, worker, options);
        if (isPaused) {
            queue.pause();
        } else {
            queue.sayPresent();
        }
        queue.scheduler.start();
        return queue;
    }

    private Scheduler scheduler(Database database, ScheduledExecutorService watch) {
        Task<Void> task = Tasks.custom(pool, Void.class)
                .onFailure((complete, ticket) ->
                        ticket.reschedule(complete, clock.now().plus(options.poll())))
                .onDeadExecution(this::takeOver)
                .execute((instance, context) -> play(new Ticket(instance.getId(), context.getExecution().version)));
        SchedulerBuilder builder = new SchedulerBuilder(new BorrowedConnections(database.connections()), List.of(task))
                .clock(clock)
                .schedulerName(new SchedulerName.Fixed(options.agent() + "/" + board))
                .jdbcCustomization(
                        new TicketSql(database.dialect(), new PoolChoice(database.dialect(), pool, board, options)))
                .tableName(TicketTable.NAME)
                .threads(1)
                .executorService(Executors.newSingleThreadExecutor(daemons("board-" + board)))
                .dueExecutor(Executors.newSingleThreadExecutor(daemons("poll-" + board)))
                .housekeeperExecutor(watch)
                .pollingInterval(options.poll())
                .heartbeatInterval(options.deadAfter().dividedBy(HEARTBEATS))
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .deleteUnresolvedAfter(NEVER)
                .shutdownMaxWait(STOP);
        boolean isMany = database.dialect() == Dialect.POSTGRESQL;
        return (isMany ? builder.pollUsingLockAndFetch(0.5, 1.0) : builder.pollUsingFetchAndLockOnExecute(0.5, 1.0))
                .build();
    }

    private static ThreadFactory daemons(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private void takeOver(ExecutionComplete dead, ExecutionOperations<Void> ticket) {
        Ticket silent = new Ticket(dead.getExecution().getId(), dead.getExecution().version);
        if (inWork.contains(silent)) {
            LOG.info(
                    "ticket {} was silent as this host stood still or its clock was turned; its run goes on",
                    silent.id());
            return;
        }
        runs.lost(silent, "its agent died or was cut off from the store");
        try {
            ticket.reschedule(dead, clock.now());
        } catch (ExecutionException e) {
            LOG.debug(
                    "another board has taken over ticket {}",
                    dead.getExecution().getId());
        }
    }

    private CompletionHandler<Void> play(Ticket ticket) {
        inWork.add(ticket);
        boolean isSpent;
        try {
            isSpent = begin() && ended(ticket);
        } finally {
            inWork.remove(ticket);
        }
        return (complete, operations) -> {
            if (isSpent) {
                operations.remove();
            } else {
                operations.reschedule(complete, clock.now());
            }
        };
    }

    private synchronized boolean begin() {
        isBusy = !isPaused && !isClosing;
        return isBusy;
    }

    private boolean ended(Ticket ticket) {
        try {
            runs.lost(new Ticket(ticket.id(), ticket.version() - 1), "its agent could not end it");
            long takenAtNanos = RunningClock.OF_THIS_PROCESS.nanoTime();
            Optional<Lease> lease = leases.take(board, options.agent(), "job", options.deadAfter());
            return lease.isPresent() && ended(ticket, lease.get(), takenAtNanos);
        } finally {
            synchronized (this) {
                isBusy = false;
                notifyAll();
            }
        }
    }

    /** Whether nobody needs that ticket any more. */
    private boolean ended(Ticket ticket, Lease lease, long takenAtNanos) {
        try {
            Optional<Job> job = runs.start(pool, ticket, lease);
            return job.isPresent() ? !isRequeued(job.get(), lease, takenAtNanos) : !runs.anyWaits(pool);
        } finally {
            release(lease);
        }
    }

    private static void release(Lease lease) {
        try {
            lease.release();
        } catch (RuntimeException e) {
            LOG.warn("the lease of board {} was not released; it ends by itself", lease.board(), e);
        }
    }

    private boolean isRequeued(Job job, Lease lease, long takenAtNanos) {
        Runner runner = new Runner(job.id(), board, lease.fence());
        CancelToken token = new CancelToken();
        hold(Optional.of(new BoardHold(
                lease,
                RunningClock.OF_THIS_PROCESS,
                takenAtNanos,
                token,
                options.deadAfter(),
                () -> runs.isToStop(runner))));
        try {
            return runs.finish(runner, run(job, lease, token, runner));
        } finally {
            hold(Optional.empty());
        }
    }

    private JobEnd run(Job job, Lease lease, CancelToken token, Runner runner) {
        try {
            return token.run(() -> worker.run(job, lease, token, runs.results(runner)));
        } catch (InterruptedException e) {
            return interrupted();
        } catch (RuntimeException e) {
            LOG.warn("job {} on board {} threw", job.id(), board, e);
            return token.isCancelled() ? interrupted() : JobEnd.failed(String.valueOf(e.getMessage()));
        }
    }

    private synchronized JobEnd interrupted() {
        return isClosing
                ? JobEnd.requeue("its agent stopped", false)
                : JobEnd.requeue("its agent lost the board's lease", true);
    }

    private synchronized void hold(Optional<BoardHold> now) {
        hold = now;
        if (isClosing && isOverdue) {
            now.ifPresent(BoardHold::cancel);
        }
    }

    private synchronized Optional<BoardHold> held() {
        return hold;
    }

    @Override
    public void pause() {
        synchronized (this) {
            isPaused = true;
        }
        scheduler.pause();
        saySoon();
    }

    @Override
    public void resume() {
        synchronized (this) {
            isPaused = false;
        }
        saySoon();
        scheduler.resume();
        scheduler.triggerCheckForDueExecutions();
    }

    @Override
    public void close(Duration grace) {
        synchronized (this) {
            if (isClosing) {
                return;
            }
            isClosing = true;
        }
        scheduler.pause();
        sayPresent();
        try {
            if (!awaitEnd(grace)) {
                synchronized (this) {
                    isOverdue = true;
                    hold.ifPresent(BoardHold::cancel);
                }
                awaitEnd(options.deadAfter());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watches.forEach(each -> each.cancel(false));
        scheduler.stop();
    }

    private synchronized boolean awaitEnd(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (isBusy) {
            long leftMs = (end - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }
}
