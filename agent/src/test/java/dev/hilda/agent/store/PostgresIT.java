// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobState;
import dev.hilda.agent.publish.mqtt.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store on a real PostgreSQL promises what it promises on SQLite; to agents whose hosts' clocks are an hour away from
 * the one that counts.
 */
class PostgresIT {
    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        Optional<Path> programs = PostgresServer.programs().findFirst();
        if (!"true".equals(System.getenv("CI"))) {
            Assumptions.assumeTrue(programs.isPresent(), "postgresql is not installed: ./hilda setup");
        }
        server = PostgresServer.start(programs.orElseThrow());
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Nested
    class Runs extends StoreContract {
        private final StoreAddress address = server.database();

        @Override
        protected StoreAddress address() {
            return address;
        }

        @Test
        void shouldLeaveCopiesToWhoRunsTheServer() throws Exception {
            Store store = store();
            store.results(true).save(run("1"), List.of());
            BenchFailure refused =
                    assertThrows(BenchFailure.class, () -> store.care().backup(folder.resolve("copy")));
            assertTrue(refused.remedy().orElseThrow().contains("pg_dump"), refused::toString);
            assertEquals(List.of(), store.care().verify());
            assertEquals(0, store.care().prune(Instant.now(), false), "it waits for a broker");
            assertEquals(List.of("1"), sent(store));
            assertEquals(1, store.care().prune(Instant.now(), false));
            assertEquals(new StoreCare.Content(0, 0, 0), store.care().content());
        }
    }

    /** With TLS, and the check of who answers. */
    @Nested
    class Certificates {
        private final StoreAddress database = server.database();

        @TempDir
        private Path folder;

        private Store open(String host, Path authority) {
            return Store.open(
                    server.with(database, host, "sslmode=verify-full&sslrootcert=" + authority),
                    "hilda 9.8.7",
                    Map.of(),
                    remark -> {});
        }

        @Test
        void shouldBelieveTheServerThatItsAuthorityNames() {
            try (Store store = open("127.0.0.1", server.certificate())) {
                assertEquals(0, store.care().content().runs());
            }
        }

        @Test
        void shouldBelieveNoOther() throws Exception {
            BenchFailure name = assertThrows(BenchFailure.class, () -> open("localhost", server.certificate()));
            assertEquals(FailureKind.STORE, name.kind());
            assertTrue(name.actual().orElseThrow().contains("localhost"), name::toString);
            Path stranger = TestCertificate.of(folder, "ip:127.0.0.1").certificate();
            BenchFailure authority = assertThrows(BenchFailure.class, () -> open("127.0.0.1", stranger));
            assertTrue(authority.actual().orElseThrow().contains("SSL"), authority::toString);
        }

        @Test
        void shouldSayWhatToDoWhereNobodyAnswers() {
            StoreAddress nobody = StoreAddress.of(
                    new ServerAddress("jdbc:postgresql://127.0.0.1:1/test", "hilda", server.certificate()));
            BenchFailure failure =
                    assertThrows(BenchFailure.class, () -> Store.open(nobody, "hilda 9.8.7", Map.of(), remark -> {}));
            assertEquals(FailureKind.STORE, failure.kind());
            assertTrue(failure.remedy().orElseThrow().contains("check that the server runs"), failure::toString);
        }
    }

    @Nested
    class Nights extends NightsContract {
        private final StoreAddress address = server.database();

        @Override
        protected StoreAddress address() {
            return address;
        }
    }

    @Nested
    class Jobs extends JobsContract {
        private final StoreAddress address = server.anHourAhead();

        @Override
        protected StoreAddress address() {
            return address;
        }
    }

    @Nested
    class BoardQueues extends BoardQueueContract {
        private final StoreAddress address = server.anHourAhead();

        @Override
        protected StoreAddress address() {
            return address;
        }
    }

    @Nested
    class JobRuns extends JobRunsContract {
        private final StoreAddress address = server.anHourAhead();

        @Override
        protected StoreAddress address() {
            return address;
        }
    }

    @Nested
    class Contents extends ContentsContract {
        private final StoreAddress address = server.anHourAhead();

        @Override
        protected StoreAddress address() {
            return address;
        }
    }

    /** An agent that does not reach the server, but its board. */
    @Nested
    class CutOff extends JobsFixture {
        private final StoreAddress address = server.anHourAhead();

        @Override
        protected StoreAddress address() {
            return address;
        }

        private Store open(Partition network) {
            return Store.open(server.through(network.port(), address), "hilda 9.8.7", Map.of(), remark -> {});
        }

        @Test
        void shouldKeepAResultWhenTheServerIsBackInTime() throws Exception {
            try (Partition network = new Partition(server.port());
                    Store far = open(network);
                    BoardQueue queue = far.startQueue(
                            "pool",
                            "B1",
                            (running, lease, token, to) -> {
                                network.separate();
                                CompletableFuture<Void> back = CompletableFuture.runAsync(() -> {
                                    try {
                                        Thread.sleep(3000);
                                        network.heal();
                                    } catch (InterruptedException | IOException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
                                String run = keep(to, lease.board(), true);
                                back.join();
                                return JobEnd.passed(run);
                            },
                            FakeAgent.options("far", Duration.ofSeconds(30)))) {
                Job ended = end(submit("cut"));
                assertEquals(JobState.PASSED, ended.state(), ended::toString);
                assertEquals(1, ended.attempts());
                queue.pause();
            }
            assertEquals(1, runs());
        }

        @Test
        void shouldOutliveItsConnections() throws Exception {
            try (Partition network = new Partition(server.port());
                    Store far = open(network)) {
                Thread.sleep(2500); // Idle for longer than it is trusted.
                network.heal();
                assertEquals(0, far.care().content().runs());
            }
        }

        @Test
        void shouldLeaveTheBoardAloneWhenItsLeaseHasEnded() throws Exception {
            Duration deadAfter = Duration.ofSeconds(2);
            CountDownLatch left = new CountDownLatch(1);
            try (Partition network = new Partition(server.port());
                    Store far = open(network);
                    BoardQueue queue = far.startQueue(
                            "pool",
                            "B1",
                            (running, lease, token, to) -> {
                                try {
                                    Thread.sleep(60_000);
                                } finally {
                                    left.countDown();
                                }
                                return JobEnd.failed("slept");
                            },
                            FakeAgent.options("far", deadAfter))) {
                Job job = submit("long");
                await(job, now -> now.state() == JobState.RUNNING);
                network.separate();
                assertTrue(left.await(10, TimeUnit.SECONDS));
                queue("B2", passing());
                Job ended = end(job);
                assertEquals(Optional.of("B2"), ended.board());
                assertEquals(2, ended.attempts());
                network.heal();
                queue.pause();
            }
            assertEquals(1, runs());
        }
    }

    @Nested
    class PoolChoices extends PoolChoiceContract {
        private final StoreAddress address = server.database();

        @Override
        protected StoreAddress address() {
            return address;
        }
    }

    @Nested
    class Flashes extends FlashesContract {
        private final StoreAddress address = server.database();

        @Override
        protected StoreAddress address() {
            return address;
        }
    }

    @Nested
    class Tokens extends TokensContract {
        private final StoreAddress address = server.database();

        @Override
        protected StoreAddress address() {
            return address;
        }
    }

    @Nested
    class Keys extends KeysContract {
        private final StoreAddress address = server.database();

        @Override
        protected StoreAddress address() {
            return address;
        }
    }

    @Nested
    class Baselines extends BaselinesContract {
        private final StoreAddress address = server.database();

        @Override
        protected StoreAddress address() {
            return address;
        }
    }

    @Nested
    class SharedJobs extends SharedJobsContract {
        private final StoreAddress address = server.anHourAhead();

        @Override
        protected StoreAddress address() {
            return address;
        }

        @Test
        void shouldEndEveryJobOnceThoughAnAgentIsCutOffAndTheOtherKilled() throws Exception {
            int jobs = 200;
            try (Partition network = new Partition(server.port());
                    Store store = open()) {
                submitTogether(jobs);
                agent("a", server.through(network.port(), address), 300, "A1", "A2", "A3", "A4");
                Process killed = agent("b", address, 300, "B1", "B2", "B3", "B4");
                awaitBegun("a", 12);
                network.separate();
                Thread.sleep(500); // What it has begun with it says by then.
                long begunByA = begun("a");
                awaitRetry(store, true);
                assertEquals(begunByA, begun("a"), "begun by who does not reach the store");
                network.heal();
                awaitBegun("a", begunByA + 4);
                awaitRetry(store, false);
                assertTrue(
                        jobs(store).stream().filter(job -> !job.state().isEnd()).count() > 40, "too late to kill one");
                killed.destroyForcibly().waitFor();
                agent("c", address, 300, "B1", "B2", "B3", "B4");
                awaitEnd(store);
                assertEndedOnce(store, jobs);
                assertReportedWithoutGaps(store, jobs);
                assertTrue(begun("c") > 0);
            }
        }

        private void submitTogether(int jobs) throws Exception {
            List<CompletableFuture<Void>> submitters = new ArrayList<>();
            for (int submitter = 0; submitter < 3; submitter++) {
                Path own = Files.createDirectories(folder.resolve("submitter" + submitter));
                int share = jobs / 3 + (submitter < jobs % 3 ? 1 : 0);
                submitters.add(CompletableFuture.runAsync(() -> {
                    try (Store store = open()) {
                        submit(store, own, share);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
            }
            for (CompletableFuture<Void> submitter : submitters) {
                submitter.get();
            }
        }

        private void awaitBegun(String agent, long jobs) throws Exception {
            while (begun(agent) < jobs) {
                Thread.sleep(20);
            }
        }

        /** Until there are jobs on their second attempt, or none any more. */
        private void awaitRetry(Store store, boolean present) throws Exception {
            while (jobs(store).stream()
                            .anyMatch(
                                    job -> job.attempts() == 2 && !(job.state().isEnd() && !present))
                    != present) {
                Thread.sleep(20);
            }
        }

        private void assertReportedWithoutGaps(Store store, int expected) throws Exception {
            Map<String, TreeSet<Long>> numbers = new TreeMap<>();
            store.outbox()
                    .send(
                            result -> assertTrue(
                                    numbers.computeIfAbsent(result.run().bench(), bench -> new TreeSet<>())
                                            .add(result.run().benchSequence().orElseThrow())),
                            remark -> {
                                throw new AssertionError(remark);
                            });
            numbers.forEach((bench, sent) -> assertEquals((long) sent.last(), sent.size(), bench));
            assertEquals(
                    expected, numbers.values().stream().mapToInt(TreeSet::size).sum());
        }
    }
}
