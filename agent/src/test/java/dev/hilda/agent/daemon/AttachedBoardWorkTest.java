// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Contents;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobWorker;
import dev.hilda.agent.jobs.Jobs;
import dev.hilda.agent.jobs.Leases;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.run.Attendance;
import dev.hilda.agent.run.HostBench;
import dev.hilda.agent.run.KeptImages;
import dev.hilda.agent.signature.SigningKey;
import dev.hilda.agent.signature.TrustedKeys;
import dev.hilda.agent.store.Store;
import dev.hilda.failure.ExplainedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent looks at again before it touches a board, whoever has written the job. */
class AttachedBoardWorkTest {
    private static final String WHO = "me@here";

    @TempDir
    private Path folder;

    private final SigningKey alice = SigningKey.generate();
    private final List<String> audit = new ArrayList<>();
    private Store store;
    private Contents contents;
    private String bundle;
    private String data;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(
                folder.resolve("hilda.db"),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {});
        contents = store.contents(ContentLimits.DEFAULT);
        bundle = contents.put(Files.writeString(folder.resolve("bundle"), "no bundle"));
        data = contents.put(Files.writeString(folder.resolve("data"), "no data"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private AttachedBoardWork work(Optional<Path> probation) throws IOException {
        return new AttachedBoardWork(
                () -> {
                    throw new AssertionError("the board was asked for");
                },
                new KeptImages(
                        new HostBench(BoardDiscovery.ofThisHost(Map.of()), Optional.empty(), Map.of()),
                        store.flashes(),
                        Attendance.UNATTENDED),
                RecoveryLadder.afterReset(Optional.of(() -> {}), Optional.of(() -> {})),
                probation,
                new Stores(),
                JobFiles.in(folder.resolve("jobs"), 1 << 20),
                new BuildCache(folder.resolve("outputs")),
                folder.resolve("rates"));
    }

    /** Into the store, past every API. */
    private Job written(Optional<String> signature) {
        return store.jobs()
                .submit(new JobOrder(
                        "pool", "mallory", "net", bundle, data, OptionalInt.empty(), signature, Optional.empty()));
    }

    private ExplainedException failure(Job job) throws IOException {
        AttachedBoardWork work = work(Optional.empty());
        return assertThrows(
                ExplainedException.class, () -> work.run(job, new CancelToken(), store.results(false), id -> {}));
    }

    private void assertRefused(Job job) throws IOException {
        ExplainedException failure = failure(job);
        assertEquals("signature", failure.kindLabel(), failure.toString());
        assertEquals(List.of("refuse the bundle " + bundle + " of job " + job.id() + " 422"), audit);
        audit.clear();
    }

    /** Then it is read, and found to be no data set. */
    private void assertTaken(Job job) throws IOException {
        assertEquals("dataset", failure(job).kindLabel());
        assertEquals(List.of(), audit);
    }

    @Test
    void shouldTryTheMildestFirst() throws IOException {
        assertEquals(
                List.of(
                        "reset by the probe",
                        "probe taken off the USB and let back",
                        "power taken away and given back"),
                work(Optional.empty()).ladder().rungs().stream()
                        .map(RecoveryLadder.Rung::name)
                        .toList());
        assertEquals(List.of(), RecoveryLadder.afterReset(Optional.empty(), Optional.empty()));
    }

    @Test
    void shouldRefuseAJobThatNobodyHasSigned() throws IOException {
        Job unsigned = written(Optional.empty());
        assertTaken(unsigned);

        store.keys().trust("alice", alice.verification(), WHO);

        assertRefused(unsigned);
        assertRefused(written(Optional.of(SigningKey.generate().sign(bundle).text())));
        assertRefused(written(Optional.of(alice.sign(data).text())));
        assertTaken(written(Optional.of(alice.sign(bundle).text())));
    }

    @Test
    void shouldRefuseAJobWhoseKeyWasRevokedMeanwhile() throws IOException {
        store.keys().trust("alice", alice.verification(), WHO);
        Job signed = written(Optional.of(alice.sign(bundle).text()));
        assertTaken(signed);

        store.keys().revoke("alice", WHO);

        assertRefused(signed);
    }

    /** Under the name of one that was signed, it is another one, and found to be. */
    @Test
    void shouldRefuseContentThatSomebodyHasReplaced() throws Exception {
        store.keys().trust("alice", alice.verification(), WHO);
        Job signed = written(Optional.of(alice.sign(bundle).text()));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("hilda.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE content_chunk SET bytes = CAST('my bundle' AS BLOB)");
        }

        ExplainedException failure = failure(signed);

        assertEquals("bundle", failure.kindLabel());
        assertTrue(failure.actual().orElseThrow().contains("is damaged"), failure.toString());
    }

    @Test
    void shouldAskTheBundleOfAProbationForASignatureToo() throws Exception {
        Path known = Files.writeString(folder.resolve("known.hilda"), "known");
        store.keys().trust("alice", alice.verification(), WHO);
        AttachedBoardWork work = work(Optional.of(known));

        BenchFailure refusal = assertThrows(BenchFailure.class, work::probation);
        assertEquals(FailureKind.SIGNATURE, refusal.kind());
        Files.writeString(
                folder.resolve("known.hilda.sig"), alice.sign(Sha256.of(known)).text());
        AssertionError goesOn = assertThrows(AssertionError.class, work::probation);
        assertEquals("the board was asked for", goesOn.getMessage());
    }

    private final class Stores implements BenchStores {
        @Override
        public Jobs jobs() {
            return store.jobs();
        }

        @Override
        public Contents contents() {
            return contents;
        }

        @Override
        public TrustedKeys keys() {
            return store.keys().list();
        }

        @Override
        public void audit(String action, int status) {
            audit.add(action + " " + status);
        }

        @Override
        public Leases leases() {
            return store.leases();
        }

        @Override
        public FlashLedger flashes() {
            return store.flashes();
        }

        @Override
        public ResultStore results() {
            return store.results(false);
        }

        @Override
        public BoardQueue queue(String pool, String serial, JobWorker worker) {
            throw new AssertionError("a queue was asked for");
        }

        @Override
        public List<Result> latest(String bench) {
            return List.of();
        }

        @Override
        public void sendWaiting(Consumer<Message> sender) {}
    }
}
