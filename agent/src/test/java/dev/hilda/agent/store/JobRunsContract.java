// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobState;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.StaleResultException;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.WornFlash;
import dev.hilda.agent.store.JobTable.Runner;
import dev.hilda.agent.store.JobTable.Ticket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of jobs and results when agents are paused, cut off or killed in the worst moment, step by step. */
@Timeout(120)
abstract class JobRunsContract {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final FlashWear ERASE = new FlashWear("chip", List.of(0x08000000L), 10);
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    protected Path folder;

    private MadeResults results;
    private Store store;
    private Database database;
    private JobRuns runs;
    private Job job;

    /** The one database of this test. */
    protected abstract StoreAddress address();

    private Store open() {
        return Store.open(address(), "hilda 9.8.7", environment(), remark -> {});
    }

    private Map<String, String> environment() {
        return Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    @BeforeEach
    void submit() throws Exception {
        results = new MadeResults(folder);
        store = open();
        database = Database.open(address(), environment());
        runs = new JobRuns(database, FakeAgent.options("agent", LONG));
        String content =
                store.contents(ContentLimits.DEFAULT).put(Files.writeString(folder.resolve("content"), "anything"));
        job = store.jobs().submit(new JobOrder("pool", "tester", "job", content, content, OptionalInt.empty()));
    }

    @AfterEach
    void close() {
        database.close();
        store.close();
    }

    private Lease take(String board, Duration duration) {
        return store.leases().take(board, "agent", "job", duration).orElseThrow();
    }

    private Runner start(Lease lease, Ticket ticket) {
        assertEquals(Optional.of(job.id()), runs.start("pool", ticket, lease).map(Job::id));
        return new Runner(job.id(), lease.board(), lease.fence());
    }

    private Job now() {
        return store.jobs().find(job.id()).orElseThrow();
    }

    private Result result(boolean passed) {
        return results.run("bench", "B1", passed);
    }

    private int staleResults() throws SQLException {
        return database.each(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT SUM(stale_results) FROM v_jobs")) {
                return Rows.list(query, row -> row.getInt(1)).get(0);
            }
        });
    }

    private void assertKept(int expected) throws Exception {
        assertEquals(
                expected,
                store.runs(new RunQuery(Optional.empty(), Optional.empty(), 9)).size());
        assertEquals(expected, store.outbox().size());
    }

    private void assertRefused(Runner runner) {
        assertThrows(StaleResultException.class, () -> runs.results(runner).save(result(true), List.of(), ERASE));
    }

    private long erases() {
        return store.flashes().worn("B1").map(WornFlash::erases).orElse(0L);
    }

    @Test
    void shouldRefuseTheResultOfABoardThatSomebodyElseHasTaken() throws Exception {
        Runner paused = start(take("B1", SHORT), new Ticket("t", 2));
        Thread.sleep(2 * SHORT.toMillis());
        assertTrue(store.leases()
                .take("B1", "alice", Lease.RESERVATION, "mine now", LONG)
                .isPresent());
        assertRefused(paused);
        assertKept(0);
        assertEquals(1, erases(), "flash is worn all the same");
        assertEquals(JobState.RUNNING, now().state());
        assertEquals(1, staleResults());
        runs.finish(paused, JobEnd.requeue("lost the lease", true));
        assertEquals(JobState.QUEUED, now().state());
    }

    @Test
    void shouldKeepTheResultOfALeaseThatHasExpiredButNobodyTook() throws Exception {
        Runner slow = start(take("B1", SHORT), new Ticket("t", 2));
        Thread.sleep(2 * SHORT.toMillis());
        runs.results(slow).save(result(true), List.of());
        assertEquals(JobState.PASSED, now().state());
        assertKept(1);
    }

    @Test
    void shouldRefuseTheResultOfAJobThatAnotherBoardRuns() throws Exception {
        Runner paused = start(take("B1", LONG), new Ticket("t", 2));
        runs.lost(new Ticket("t", 2), "its agent died");
        assertRefused(paused);
        Runner second = start(take("B2", LONG), new Ticket("t", 4));
        assertRefused(paused);
        assertFalse(runs.finish(paused, JobEnd.failed("whatever")));
        assertEquals(JobState.RUNNING, now().state());
        runs.results(second).save(result(true), List.of());
        assertRefused(paused);
        assertFalse(runs.finish(paused, JobEnd.requeue("whatever", true)));
        assertEquals(JobState.PASSED, now().state());
        assertKept(1);
        assertEquals(3, staleResults());
    }

    @Test
    void shouldRefuseTheResultOfAnEarlierRunOnTheSameBoard() throws Exception {
        Lease first = take("B1", LONG);
        Runner paused = start(first, new Ticket("t", 2));
        runs.finish(paused, JobEnd.requeue("again", false));
        first.release();
        Thread.sleep(600); // Until the board may have it again.
        start(take("B1", LONG), new Ticket("t", 4));
        assertRefused(paused);
        assertFalse(runs.finish(paused, JobEnd.failed("whatever")));
        assertEquals(JobState.RUNNING, now().state());
    }

    @Test
    void shouldKeepAResultOnceThoughItsSuccessWasNotHeardOf() throws Exception {
        Runner runner = start(take("B1", LONG), new Ticket("t", 2));
        Result once = result(true);
        assertEquals(
                runs.results(runner).save(once, List.of(), ERASE),
                runs.results(runner).save(once, List.of(), ERASE));
        assertKept(1);
        assertEquals(1, erases());
        assertEquals(0, staleResults());
    }

    @Test
    void shouldNotTakeOverFromAnExecutionThatCameLater() {
        runs.lost(new Ticket("t", 9), "nothing runs");
        start(take("B1", LONG), new Ticket("t", 4));
        runs.lost(new Ticket("t", 3), "told late");
        runs.lost(new Ticket("another", 9), "another's");
        assertEquals(JobState.RUNNING, now().state());
        runs.lost(new Ticket("t", 4), "died");
        assertEquals(JobState.QUEUED, now().state());
    }

    @Test
    void shouldGiveUpAJobThatTookTwoAgentsDown() {
        start(take("B1", LONG), new Ticket("t", 2));
        runs.lost(new Ticket("t", 2), "its agent died");
        assertEquals(JobState.QUEUED, now().state());
        assertEquals(Optional.of("its agent died"), now().reason());
        start(take("B2", LONG), new Ticket("t", 4));
        runs.lost(new Ticket("t", 4), "its agent died");
        assertEquals(JobState.MISSING, now().state());
        assertEquals(Optional.of("tried 2 times, the last time on board B2: its agent died"), now().reason());
    }

    @Test
    void shouldEndAJobWhoseAgentDiedAfterAResultThatDidNotPass() throws Exception {
        Runner runner = start(take("B1", LONG), new Ticket("t", 2));
        runs.results(runner).save(result(false), List.of());
        assertEquals(JobState.RUNNING, now().state());
        runs.lost(new Ticket("t", 2), "its agent died");
        assertEquals(JobState.FAILED, now().state());
        assertKept(1);
    }

    @Test
    void shouldEndAJobThatWasCancelledWhileItsAgentDied() {
        start(take("B1", LONG), new Ticket("t", 2));
        store.jobs().cancel(job.id(), "alice");
        runs.lost(new Ticket("t", 2), "its agent died");
        assertEquals(JobState.CANCELLED, now().state());
    }

    @Test
    void shouldLetAPassedResultStandThoughItWasCancelledMeanwhile() throws Exception {
        Runner runner = start(take("B1", LONG), new Ticket("t", 2));
        store.jobs().cancel(job.id(), "alice");
        runs.results(runner).save(result(true), List.of());
        assertEquals(JobState.PASSED, now().state());
        assertFalse(runs.finish(runner, JobEnd.passed("it")));
        assertEquals(JobState.PASSED, now().state());
    }

    @Test
    void shouldStopARunWhoseJobIsNotItsAnyMore() throws Exception {
        Runner first = start(take("B1", LONG), new Ticket("t", 2));
        assertFalse(runs.isToStop(first));
        runs.lost(new Ticket("t", 2), "its agent died");
        assertTrue(runs.isToStop(first), "it waits");
        Runner second = start(take("B2", LONG), new Ticket("t", 4));
        assertTrue(runs.isToStop(first), "another runs it");
        assertFalse(runs.isToStop(second));
        runs.lost(new Ticket("t", 4), "its agent died");
        assertTrue(runs.isToStop(second), "it was given up");
    }

    @Test
    void shouldStopNoRunThatHasPassed() throws Exception {
        Runner runner = start(take("B1", LONG), new Ticket("t", 2));
        runs.results(runner).save(result(true), List.of());
        assertFalse(runs.isToStop(runner));
    }
}
