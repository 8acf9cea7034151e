// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobQuery;
import dev.hilda.agent.jobs.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that share a store, each a program of its own, one of which is killed or stopped. */
@Timeout(180)
abstract class SharedJobsContract {
    /** Longer than any host of a test is away by itself. */
    private static final Duration DEAD_AFTER = Duration.ofSeconds(5);

    @TempDir
    protected Path folder;

    private final List<Process> agents = new ArrayList<>();

    /** The one database of this test. */
    protected abstract StoreAddress address();

    protected final Store open() {
        return Store.open(address(), "hilda 9.8.7", environment(), remark -> {});
    }

    private Map<String, String> environment() {
        return Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    @AfterEach
    void endAgents() throws Exception {
        for (Process agent : agents) {
            agent.destroyForcibly().waitFor();
        }
    }

    protected final Process agent(String name, StoreAddress of, int jobMs, String... boards) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                FakeAgent.class.getName(),
                folder.resolve(name).toString(),
                FakeAgent.text(of),
                name,
                "pool",
                String.valueOf(DEAD_AFTER.toMillis()),
                String.valueOf(jobMs)));
        command.addAll(List.of(boards));
        Process agent = new ProcessBuilder(command)
                .redirectOutput(log(name).toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        agents.add(agent);
        return agent;
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    protected final long begun(String name) throws IOException {
        try (Stream<String> lines = Files.lines(log(name))) {
            return lines.filter(line -> line.startsWith("begin ")).count();
        }
    }

    protected static void submit(Store store, Path folder, int jobs) throws IOException {
        for (int job = 0; job < jobs; job++) {
            String content = store.contents(ContentLimits.DEFAULT)
                    .put(Files.writeString(folder.resolve("content"), "bundle " + job % 3));
            store.jobs()
                    .submit(new JobOrder(
                            "pool", "submitter" + job % 3, "job" + job, content, content, OptionalInt.empty()));
        }
    }

    protected static List<Job> jobs(Store store) {
        return store.jobs().list(new JobQuery(Optional.empty(), Optional.empty(), 9999));
    }

    protected static void awaitEnd(Store store) throws InterruptedException {
        while (jobs(store).stream().anyMatch(job -> !job.state().isEnd())) {
            Thread.sleep(50);
        }
    }

    /** Every job has passed, with a run of its own, and there are no other runs. */
    protected static void assertEndedOnce(Store store, int expected) throws IOException {
        List<Job> jobs = jobs(store);
        assertEquals(expected, jobs.size());
        Set<String> runs = new HashSet<>();
        for (Job job : jobs) {
            assertEquals(JobState.PASSED, job.state(), job::toString);
            runs.add(job.runId().orElseThrow());
        }
        assertEquals(expected, runs.size());
        List<RunSummary> all = store.runs(new RunQuery(Optional.empty(), Optional.empty(), 9999));
        assertEquals(expected, all.size());
        all.forEach(run -> assertTrue(runs.contains(run.runId()), run.runId()));
        assertEquals(expected, store.outbox().size());
    }

    @Test
    void shouldEndEveryJobOnceThoughAnAgentIsKilled() throws Exception {
        try (Store store = open()) {
            submit(store, folder, 60);
            Process killed = agent("a", address(), 60, "A1", "A2");
            agent("b", address(), 60, "B1", "B2");
            while (begun("a") < 8 || begun("b") < 8) {
                Thread.sleep(10);
            }
            killed.destroyForcibly().waitFor();
            awaitEnd(store);
            assertEndedOnce(store, 60);
            int attempts = jobs(store).stream().mapToInt(Job::attempts).sum();
            assertTrue(attempts >= 60 && attempts <= 62, attempts + " attempts");
        }
    }

    @Test
    void shouldRefuseWhatAnAgentBringsThatWasStopped() throws Exception {
        try (Store store = open()) {
            submit(store, folder, 6);
            Process stopped = agent("a", address(), 1500, "A1");
            agent("b", address(), 100, "B1");
            while (begun("a") == 0) {
                Thread.sleep(10);
            }
            stop(stopped, store);
            awaitEnd(store);
            assertEndedOnce(store, 6);
            signal("CONT", stopped);
            while (staleResults() == 0) {
                Thread.sleep(50);
            }
            assertEndedOnce(store, 6);
            assertEquals(1, staleResults());
            submit(store, folder, 1);
            awaitEnd(store);
            assertEndedOnce(store, 7);
        }
    }

    /** Not in the middle of a transaction: nobody can write to an SQLite file then. */
    private static void stop(Process process, Store store) throws Exception {
        CompletableFuture<?> write;
        do {
            signal("CONT", process);
            Thread.sleep(20);
            signal("STOP", process);
            write = CompletableFuture.runAsync(
                    () -> store.leases().take("nobody's", "test", "job", Duration.ofMillis(1)));
            Thread.sleep(500);
        } while (!write.isDone());
        write.get();
    }

    private int staleResults() throws Exception {
        try (Database database = Database.open(address(), environment())) {
            return database.each(connection -> {
                try (PreparedStatement query = connection.prepareStatement("SELECT SUM(stale_results) FROM v_jobs")) {
                    return Rows.list(query, row -> row.getInt(1)).get(0);
                }
            });
        }
    }

    private static void signal(String name, Process process) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor());
    }
}
