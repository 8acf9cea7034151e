// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.QueueOptions;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.store.JobTable.Runner;
import dev.hilda.agent.store.JobTable.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which board takes which job, on every database: each is asked in turn, in whatever order. */
abstract class PoolChoiceContract extends JobsFixture {
    private static final int ENDURANCE = 20;

    private final Map<String, Lease> leases = new HashMap<>();
    private final Map<String, Runner> runners = new HashMap<>();
    private Database database;
    private JobRuns runs;

    @BeforeEach
    void openRuns() {
        database = Database.open(
                address(), Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()));
        open.add(database);
        // No job gets old.
        runs = new JobRuns(database, options(Duration.ofHours(1)));
    }

    private static QueueOptions options(Duration poll) {
        return new QueueOptions("agent", true, poll, LONG, Duration.ZERO, Duration.ofHours(9));
    }

    /** A free board of the pool, of whose sectors one was erased so often. */
    private void board(String board, int erases) {
        runs.enter("pool", board);
        if (erases > 0) {
            store.flashes()
                    .add("profile", board, new FlashWear("chip " + board, Collections.nCopies(erases, 0L), ENDURANCE));
        }
    }

    /** The name of the job that a board takes when it looks; empty when it leaves all to others. */
    private Optional<String> look(String board) {
        Optional<Lease> lease = store.leases().take(board, "agent", "job", LONG);
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        Optional<Job> job = runs.start("pool", new Ticket("t" + board, 1), lease.get());
        if (job.isEmpty()) {
            lease.get().release();
        } else {
            leases.put(board, lease.get());
            runners.put(board, new Runner(job.get().id(), board, lease.get().fence()));
        }
        return job.map(taken -> taken.order().name());
    }

    private void pass(String board) throws Exception {
        store.flashes().hold(board, FIRMWARE);
        Runner runner = Objects.requireNonNull(runners.remove(board));
        runs.results(runner).save(results.run("bench", board, true), List.of());
        runs.finish(runner, JobEnd.passed("it"));
        Objects.requireNonNull(leases.remove(board)).release();
    }

    /** Has a board run a job of a bundle, so that it holds that. */
    private void hold(String board, String content) throws Exception {
        String before = bundle;
        bundle = content(content);
        submit("first-" + content);
        bundle = before;
        new JobRuns(database, options(Duration.ZERO)).enter("pool", board);
        Lease lease = store.leases().take(board, "agent", "job", LONG).orElseThrow();
        JobRuns atOnce = new JobRuns(database, options(Duration.ZERO));
        Job job = atOnce.start("pool", new Ticket("t" + board, 1), lease).orElseThrow();
        leases.put(board, lease);
        runners.put(board, new Runner(job.id(), board, lease.fence()));
        pass(board);
    }

    @Test
    void shouldTakeTheLeastWornBoardForAnImageThatNoneHolds() throws Exception {
        board("B1", 5);
        board("B2", 2);
        board("B3", 9);
        submit("x");
        assertEquals(Optional.empty(), look("B1"));
        assertEquals(Optional.empty(), look("B3"));
        assertEquals(Optional.of("x"), look("B2"));
        submit("y");
        assertEquals(Optional.empty(), look("B3"), "B1 is free and less worn");
        assertEquals(Optional.of("y"), look("B1"), "B2 is busy");
        submit("z");
        assertEquals(Optional.of("z"), look("B3"));
    }

    @Test
    void shouldKeepAJobForTheBoardThatItIsFor() throws Exception {
        board("B1", 0);
        board("B2", 9);
        store.jobs().submit(new JobOrder("pool", "tester", "for-b2", bundle, data, OptionalInt.empty()).on("B2"));
        store.jobs().submit(new JobOrder("pool", "tester", "for-b7", bundle, data, OptionalInt.empty()).on("B7"));
        assertEquals(Optional.empty(), look("B1"));
        assertEquals(Optional.of("for-b2"), look("B2"), "at once, though B1 is less worn");
        submit("x");
        board("B3", 9);
        assertEquals(Optional.empty(), look("B3"), "x waits for B1, and what waits for B2 or B7 gives it none");
        assertEquals(Optional.of("x"), look("B1"));
    }

    @Test
    void shouldGiveEachOfSeveralJobsABoardWithoutWaiting() throws Exception {
        board("B1", 5);
        board("B2", 2);
        board("B3", 9);
        submit("x");
        submit("y");
        assertEquals(Optional.empty(), look("B3"));
        assertEquals(Optional.of("x"), look("B1"));
        assertEquals(Optional.of("y"), look("B2"));
    }

    @Test
    void shouldLetAnyBoardOfEqualWearTakeAJob() throws Exception {
        board("B1", 3);
        board("B2", 3);
        submit("x");
        assertEquals(Optional.of("x"), look("B2"));
    }

    @Test
    void shouldTakeABoardThatHoldsTheImageHoweverWornItIs() throws Exception {
        hold("B1", "bundle");
        board("B1", ENDURANCE + 5);
        board("B2", 0);
        submit("x");
        assertEquals(Optional.empty(), look("B2"));
        assertEquals(Optional.of("x"), look("B1"));
        submit("y");
        assertEquals(Optional.of("y"), look("B2"), "the other one is busy");
    }

    @Test
    void shouldNotWaitForAHolderThatTakesNoJobs() throws Exception {
        hold("B1", "bundle");
        board("B2", 1);
        submit("x");
        assertEquals(Optional.empty(), look("B2"));
        runs.leave("pool", "B1");
        assertEquals(Optional.of("x"), look("B2"));
    }

    @Test
    void shouldNotWaitForAHolderThatWasFlashedInVainSince() throws Exception {
        hold("B1", "bundle");
        board("B1", 3);
        board("B2", 1);
        store.flashes().forget("B1");
        submit("x");
        assertEquals(Optional.empty(), look("B1"));
        assertEquals(Optional.of("x"), look("B2"));
    }

    @Test
    void shouldGiveAJobThatHasWaitedToWhoeverLooks() throws Exception {
        runs = new JobRuns(database, options(Duration.ofMillis(200)));
        board("B1", 1);
        board("B2", 9);
        submit("x");
        assertEquals(Optional.empty(), look("B2"));
        Thread.sleep(650);
        assertEquals(Optional.of("x"), look("B2"));
    }

    @Test
    void shouldFlashNoBoardWhoseFlashIsWornOut() throws Exception {
        runs = new JobRuns(database, options(Duration.ZERO));
        hold("B1", "held");
        board("B1", ENDURANCE);
        Job x = submit("x");
        assertEquals(Optional.empty(), look("B1"));
        bundle = content("held");
        submit("y");
        assertEquals(Optional.of("y"), look("B1"), "it holds that");
        runs.enter("pool", "B1");
        assertEquals(
                Optional.of("no board of pool has erases left by its datasheet; see v_wear"),
                store.jobs().find(x.id()).orElseThrow().reason());
        board("B2", ENDURANCE - 1);
        assertEquals(Optional.of("x"), look("B2"));
        assertEquals(Optional.empty(), store.jobs().find(x.id()).orElseThrow().reason());
    }

    @Test
    void shouldNotSayThatAllAreWornOutWhileOneIsNot() throws Exception {
        board("B1", ENDURANCE);
        board("B2", 0);
        Job x = submit("x");
        runs.enter("pool", "B1");
        assertEquals(Optional.empty(), store.jobs().find(x.id()).orElseThrow().reason());
    }

    /** Against the rule in a few lines of Java. */
    @Test
    void shouldChooseAsTheRuleSays() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<String, Integer> erases = new HashMap<>();
        Map<String, String> held = new HashMap<>();
        List<String> boards = List.of("B1", "B2", "B3", "B4");
        boards.forEach(board -> board(board, 0));
        List<String> waiting = new ArrayList<>();
        Map<String, String> running = new HashMap<>();
        for (int step = 0; step < 120; step++) {
            String board = boards.get(random.nextInt(boards.size()));
            int what = random.nextInt(8);
            if (what == 0 && waiting.size() < 4) {
                bundle = content("bundle " + random.nextInt(3));
                waiting.add(bundle);
                submit(bundle);
            } else if (what == 1 && running.containsKey(board)) {
                held.put(board, running.remove(board));
                pass(board);
            } else if (what == 2 && !running.containsKey(board)) {
                store.flashes().add("profile", board, new FlashWear("chip " + board, List.of(0L), ENDURANCE));
                erases.merge(board, 1, Integer::sum);
            } else if (!running.containsKey(board)) {
                List<String> free = boards.stream()
                        .filter(other -> !other.equals(board) && !running.containsKey(other))
                        .toList();
                List<String> unheld = waiting.stream()
                        .filter(job -> free.stream().noneMatch(other -> job.equals(held.get(other))))
                        .toList();
                long better = free.stream()
                        .filter(other -> erases.getOrDefault(other, 0) < erases.getOrDefault(board, 0))
                        .count();
                Optional<String> expected = waiting.stream()
                        .filter(job -> job.equals(held.get(board)))
                        .findFirst();
                if (expected.isEmpty() && better < unheld.size() && erases.getOrDefault(board, 0) < ENDURANCE) {
                    expected = unheld.stream().findFirst();
                }
                assertEquals(expected, look(board), "seed " + seed + ", step " + step);
                if (expected.isPresent()) {
                    waiting.remove(expected.get());
                    running.put(board, expected.get());
                }
            }
        }
    }
}
