// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobState;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.QueueOptions;
import dev.hilda.agent.jobs.StaleResultException;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.store.JobTable.Runner;
import dev.hilda.agent.store.JobTable.Ticket;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** How jobs begin and end on the boards of one agent, each step a transaction. */
final class JobRuns {
    private final Database database;
    private final JobTable table;
    private final QueueOptions options;

    JobRuns(Database database, QueueOptions options) {
        this.database = database;
        this.table = new JobTable(database.dialect());
        this.options = options;
    }

    /** Gives a board its next job; empty when none waits for it. */
    Optional<Job> start(String pool, Ticket ticket, Lease lease) {
        return attempt(
                "begin with a job",
                connection -> table.start(
                        connection,
                        choice(pool, lease.board()),
                        lease.board(),
                        lease.fence(),
                        ticket,
                        options.patience()));
    }

    private PoolChoice choice(String pool, String board) {
        return new PoolChoice(database.dialect(), pool, board, options);
    }

    /** Says that a board takes jobs, and tells jobs that wait in vain as no board of the pool may be flashed any more. */
    void enter(String pool, String board) {
        attempt("say that board " + board + " takes jobs", connection -> {
            PoolChoice choice = choice(pool, board);
            choice.enter(connection);
            choice.sayWhereAllAreWornOut(connection);
            return board;
        });
    }

    /** The board takes no jobs until it enters again. */
    void leave(String pool, String board) {
        attempt("say that board " + board + " takes no jobs", connection -> {
            choice(pool, board).leave(connection);
            return board;
        });
    }

    /** Whether a job of that pool waits for any board. */
    boolean anyWaits(String pool) {
        return attempt("look for jobs", connection -> JobTable.anyWaits(connection, pool));
    }

    /** Gives back, or ends, what an execution of a ticket has left running that is over. */
    void lost(Ticket ticket, String reason) {
        attempt("take over a job", connection -> {
            for (Job job : JobTable.left(connection, ticket)) {
                if (job.runId().isPresent()) {
                    table.end(connection, job.id(), JobState.FAILED, Optional.of("its run did not pass; " + reason));
                } else {
                    table.giveBack(connection, job, reason, true, options.avoidance());
                }
            }
            return ticket;
        });
    }

    /** Whether a run is to stop before it comes to its end: its job is cancelled, given up, or another's. */
    boolean isToStop(Runner runner) {
        Optional<Job> job = attempt("look after a job", connection -> JobTable.find(connection, runner.jobId()));
        return job.isEmpty()
                || job.get().cancelRequested()
                || (job.get().state() != JobState.RUNNING && job.get().state() != JobState.PASSED)
                || !job.get().board().equals(Optional.of(runner.board()));
    }

    /**
     * Notes how a worker's run ended, unless the job ended with its result, or is another's by now.
     *
     * @return whether it waits for another board
     */
    boolean finish(Runner runner, JobEnd end) {
        try {
            return database.transaction(options.deadAfter(), connection -> {
                if (!JobTable.isRunBy(connection, runner)) {
                    return false;
                }
                Job job = JobTable.find(connection, runner.jobId()).orElseThrow();
                if (end.state() == JobState.QUEUED) {
                    table.giveBack(connection, job, end.reason().orElse(""), end.costsAttempt(), options.avoidance());
                } else if (job.cancelRequested()) {
                    table.cancelled(connection, job.id());
                } else {
                    table.end(connection, job.id(), JobState.FAILED, reason(job, end));
                }
                return JobTable.find(connection, job.id()).orElseThrow().state() == JobState.QUEUED;
            });
        } catch (SQLException e) {
            throw database.failed("end a job", e);
        }
    }

    private static Optional<String> reason(Job job, JobEnd end) {
        return end.state() == JobState.PASSED
                ? Optional.of("said to have passed with run " + end.runId().orElse("?") + ", but "
                        + job.runId().map(kept -> "run " + kept + " did not").orElse("no result was kept"))
                : end.reason();
    }

    /** Where the run of a job keeps its result, together with what that means for the job. */
    ResultStore results(Runner runner) {
        return (result, outcomes, wear) -> {
            Optional<Result> kept;
            try {
                kept = database.transaction(
                        options.deadAfter(), connection -> keep(connection, runner, result, outcomes, wear));
            } catch (SQLException e) {
                throw new IOException(e.getMessage(), e);
            }
            Result whole = kept.orElseThrow(
                    () -> new StaleResultException("run " + result.run().runId() + " of job "
                            + runner.jobId() + " was not kept: the job or board " + runner.board()
                            + " went to somebody else meanwhile"));
            return new ResultStore.Kept(whole, "run " + whole.run().runId() + " in " + database.address());
        };
    }

    private Optional<Result> keep(
            Connection connection, Runner runner, Result result, List<ImageOutcome> outcomes, FlashWear wear)
            throws SQLException {
        Optional<Result> before = RunTable.result(connection, result.run().runId());
        if (before.isPresent()) {
            return before; // By an attempt whose success was not heard of.
        }
        FlashTable.add(
                connection,
                result.run().board(),
                result.run().boardSerial(),
                wear); // Flash is worn whoever the result belongs to.
        if (StoredLeases.isCurrent(connection, runner.board(), runner.fence())
                && table.keep(
                        connection,
                        runner,
                        result.run().runId(),
                        result.outcome().passed())) {
            FlashTable.holdBundle(
                    connection,
                    result,
                    JobTable.find(connection, runner.jobId()).orElseThrow().order());
            return Optional.of(Store.keep(connection, result, outcomes, options.isPublished()));
        }
        JobTable.countStale(connection, runner.jobId());
        return Optional.empty();
    }

    private <T> T attempt(String what, Database.Work<T> work) {
        try {
            return database.transaction(work);
        } catch (SQLException e) {
            throw database.failed(what, e);
        }
    }
}
