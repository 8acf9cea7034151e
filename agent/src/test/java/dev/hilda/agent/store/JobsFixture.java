// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobWorker;
import dev.hilda.agent.jobs.QueueOptions;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store with a pool, for tests of what promises the same on every database. */
@Timeout(120)
abstract class JobsFixture {
    protected static final Duration LONG = Duration.ofMinutes(1);

    /** Of the results that {@link #keep} makes. */
    protected static final String FIRMWARE = SmallNetwork.DEPLOYMENT.image().sha256();

    @TempDir
    protected Path folder;

    protected final List<AutoCloseable> open = new ArrayList<>();
    protected MadeResults results;
    protected Store store;
    protected String bundle;
    protected String data;

    /** The one database of this test. */
    protected abstract StoreAddress address();

    @BeforeEach
    void begin() throws Exception {
        results = new MadeResults(folder);
        store = another();
        bundle = content("bundle");
        data = content("data");
    }

    @AfterEach
    void close() throws Exception {
        Collections.reverse(open);
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    protected final Store another() {
        Store opened = Store.open(
                address(),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {});
        open.add(opened);
        return opened;
    }

    protected final String content(String text) throws IOException {
        return store.contents(ContentLimits.DEFAULT).put(Files.writeString(folder.resolve("content"), text));
    }

    protected final Job submit(String name) {
        return store.jobs().submit(new JobOrder("pool", "tester", name, bundle, data, OptionalInt.of(9)));
    }

    protected final void queue(Store on, String board, JobWorker worker, QueueOptions options) {
        open.add(on.startQueue("pool", board, worker, options));
    }

    protected final void queue(String board, JobWorker worker) {
        queue(store, board, worker, FakeAgent.options("agent", Duration.ofSeconds(6)));
    }

    protected final String keep(ResultStore to, String board, boolean passed) {
        return results.keep(to, "bench", board, passed);
    }

    protected final JobWorker passing() {
        return (job, lease, token, to) -> JobEnd.passed(keep(to, lease.board(), true));
    }

    protected final Job await(Job job, Predicate<Job> condition) throws InterruptedException {
        for (int attempt = 0; attempt < 2000; attempt++) {
            Job now = store.jobs().find(job.id()).orElseThrow();
            if (condition.test(now)) {
                return now;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("still " + store.jobs().find(job.id()));
    }

    protected final Job end(Job job) throws InterruptedException {
        return await(job, now -> now.state().isEnd());
    }

    protected final int runs() {
        return store.runs(new RunQuery(Optional.empty(), Optional.empty(), 999)).size();
    }
}
