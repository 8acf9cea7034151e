// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Contents;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobWorker;
import dev.hilda.agent.jobs.Jobs;
import dev.hilda.agent.jobs.Leases;
import dev.hilda.agent.jobs.QueueOptions;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.Outbox;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.ResultStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What this bench remembers, in a database that several programs may use at once. */
public final class Store implements AutoCloseable {
    /** In the folder of this user's state. */
    public static final String FILE_NAME = "hilda.db";

    private final Database database;

    /** What the queues of this process run, which must not take one another's for dead. */
    private final Set<JobTable.Ticket> inWork = ConcurrentHashMap.newKeySet();

    private final StoredOutbox outbox;

    private Store(Database database) {
        this.database = database;
        this.outbox = new StoredOutbox(database, Optional.empty());
    }

    /** Opens the store in a file. */
    public static Store open(Path file, String program, Map<String, String> environment, Consumer<String> remarks) {
        return open(StoreAddress.of(file), program, environment, remarks);
    }

    /**
     * Opens a store, brings it to the schema of this program, and takes over the files that programs without a store left
     * beside it.
     *
     * @param program name and version of the caller, for the history of the schema
     * @param environment names the folder for the database driver's native part
     * @param remarks hears what was taken over
     * @throws BenchFailure of kind {@link FailureKind#STORE} when it cannot be written, is damaged, or is a newer program's
     */
    public static Store open(
            StoreAddress address, String program, Map<String, String> environment, Consumer<String> remarks) {
        Database database = Database.open(address, environment);
        try {
            Migrations.apply(database, program);
            if (address.file().isPresent()) {
                new FolderImport(database, address.file().get(), remarks).run();
            }
            return new Store(database);
        } catch (SQLException e) {
            database.close();
            throw database.failed("open the store", e);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Where runs keep their results.
     *
     * @param isToBePublished whether results go into the outbox too, each with its bench's next number
     */
    public ResultStore results(boolean isToBePublished) {
        return (result, outcomes, wear) -> save(result, outcomes, wear, isToBePublished);
    }

    private ResultStore.Kept save(Result result, List<ImageOutcome> outcomes, FlashWear wear, boolean isToBePublished)
            throws IOException {
        try {
            Result kept = database.transaction(connection -> {
                FlashTable.add(connection, result.run().board(), result.run().boardSerial(), wear);
                return keep(connection, result, outcomes, isToBePublished);
            });
            return new ResultStore.Kept(kept, "run " + result.run().runId() + " in " + database.address());
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Within a transaction: adds a result, with its number where it is to be published. */
    static Result keep(Connection connection, Result result, List<ImageOutcome> outcomes, boolean isToBePublished)
            throws SQLException {
        return isToBePublished ? queued(connection, result, outcomes) : unpublished(connection, result, outcomes);
    }

    private static Result unpublished(Connection connection, Result result, List<ImageOutcome> outcomes)
            throws SQLException {
        RunTable.add(connection, result, outcomes);
        return result;
    }

    private static Result queued(Connection connection, Result result, List<ImageOutcome> outcomes)
            throws SQLException {
        String bench = result.run().bench();
        long number = OutboxTable.takeNumber(connection, bench);
        Result numbered = result.withRun(result.run().numbered(number));
        long run = RunTable.add(connection, numbered, outcomes);
        OutboxTable.add(connection, bench, number, run, OptionalLong.empty());
        return numbered;
    }

    /** What no broker has yet. */
    public Outbox outbox() {
        return outbox;
    }

    /** The same of one bench, where several share a store and each sends its own. */
    public Outbox outbox(String bench) {
        return new StoredOutbox(database, Optional.of(bench));
    }

    /**
     * Sends once more what a bench has published, and what waits, from a number on and in that order.
     *
     * @param sender returns when the broker has it
     * @param remarks hears of results that this program cannot read
     * @return how many
     */
    public int replay(String bench, long since, Consumer<Result> sender, Consumer<String> remarks) throws IOException {
        return outbox.replay(bench, since, sender, remarks);
    }

    /**
     * The newest result of each board and subject of a bench that came to its end and has been published.
     *
     * @param remarks hears of results that this program cannot read
     */
    public List<Result> latest(String bench, Consumer<String> remarks) {
        List<String> documents = read("read the latest results", connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT document FROM run WHERE run_key IN"
                    + " (SELECT MAX(run.run_key) FROM run JOIN outbox ON outbox.run_key = run.run_key"
                    + " WHERE run.bench = ? AND run.complete = 1 AND outbox.sent_at_ms IS NOT NULL"
                    + " GROUP BY run.board, run.board_serial, run.subject) ORDER BY run_key")) {
                query.setString(1, bench);
                return Rows.list(query, row -> row.getString(1));
            }
        });
        List<Result> results = new ArrayList<>();
        for (String document : documents) {
            try {
                results.add(Result.parse(document));
            } catch (JsonProcessingException e) {
                remarks.accept("a result of another version is not published again: " + e.getOriginalMessage());
            }
        }
        return results;
    }

    /** Runs, the newest first. */
    public List<RunSummary> runs(RunQuery query) {
        return read("list runs", query::run);
    }

    /** What ran here, by name. */
    public List<String> subjects() {
        return read("list what ran", connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT DISTINCT subject FROM run ORDER BY 1")) {
                return Rows.list(query, row -> row.getString(1));
            }
        });
    }

    /** The documents of a subject's runs that came to their end, the newest first. */
    public List<String> documents(String subject, int limit) {
        return read("read runs", connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT document FROM run WHERE subject = ?"
                    + " AND complete = 1 ORDER BY started_at_ms DESC, run_id LIMIT ?")) {
                query.setString(1, subject);
                query.setInt(2, limit);
                return Rows.list(query, row -> row.getString(1));
            }
        });
    }

    /** Ids of the runs that begin so, at most two: enough to tell one from several. */
    public List<String> ids(String beginning) {
        return read("find a run", connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT run_id FROM run WHERE substr(run_id, 1, ?) = ? ORDER BY run_id LIMIT 2")) {
                query.setInt(1, beginning.length());
                query.setString(2, beginning);
                return Rows.list(query, row -> row.getString(1));
            }
        });
    }

    /** The document of a run. */
    public Optional<String> document(String runId) {
        return read("read a run", connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT document FROM run WHERE run_id = ?")) {
                query.setString(1, runId);
                return Rows.list(query, row -> row.getString(1)).stream().findFirst();
            }
        });
    }

    /** What the images of a run came to, in order; none where there is no such run. */
    public List<ImageOutcome> outcomes(String runId) {
        return read("read a run's images", connection -> {
            OptionalLong run = RunTable.find(connection, runId);
            return run.isPresent() ? RunTable.outcomes(connection, run.getAsLong()) : List.of();
        });
    }

    /** Jobs of all pools. */
    public Jobs jobs() {
        return new StoredJobs(database);
    }

    /** Bundles and data sets that jobs name. */
    public Contents contents(ContentLimits limits) {
        return new StoredContents(database, limits);
    }

    /** Who may ask the bench what. */
    public StoredTokens tokens() {
        return new StoredTokens(database);
    }

    /** Whose bundles the bench runs. */
    public StoredKeys keys() {
        return new StoredKeys(database);
    }

    /** Nights of suites. */
    public StoredNights nights() {
        return new StoredNights(database);
    }

    /**
     * Has suites of a bench started when it is their time.
     *
     * @param suites by their names
     * @param due hears of a suite's name; what it throws is logged
     */
    public SuiteSchedules startSuites(String bench, Map<String, CronTime> suites, Consumer<String> due) {
        try {
            return SuiteSchedules.start(database, bench, suites, due);
        } catch (SQLException e) {
            throw database.failed("watch the time of suites", e);
        }
    }

    /** Which runs later ones are held against. */
    public StoredBaselines baselines() {
        return new StoredBaselines(database);
    }

    /** What the flash of boards holds and has borne. */
    public FlashLedger flashes() {
        return new StoredFlashes(database);
    }

    /** Who may use which board. */
    public Leases leases() {
        return new StoredLeases(database);
    }

    /**
     * Lets a board run the jobs of a pool, one after the other.
     *
     * @param board its serial number
     * @param worker runs them
     */
    public BoardQueue startQueue(String pool, String board, JobWorker worker, QueueOptions options) {
        return queue(pool, board, worker, options, false);
    }

    /** The same, from when it is resumed. */
    public BoardQueue startPausedQueue(String pool, String board, JobWorker worker, QueueOptions options) {
        return queue(pool, board, worker, options, true);
    }

    private BoardQueue queue(String pool, String board, JobWorker worker, QueueOptions options, boolean isPaused) {
        if (!JobOrder.isName(pool)) {
            throw new IllegalArgumentException("a pool: expected a name as of a job's order, got " + pool);
        }
        try {
            return ScheduledQueue.start(database, inWork, pool, board, worker, options, isPaused);
        } catch (SQLException e) {
            throw database.failed("run jobs", e);
        }
    }

    /** What looks after the database itself. */
    public StoreCare care() {
        return new StoreCare(database);
    }

    private <T> T read(String attempt, Database.Work<T> work) {
        try {
            return database.each(work);
        } catch (SQLException e) {
            throw database.failed(attempt, e);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
