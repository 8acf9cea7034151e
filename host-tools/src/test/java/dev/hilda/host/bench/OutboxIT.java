// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.ResultMessages;
import dev.hilda.agent.publish.mqtt.BenchVoice;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.store.Store;
import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More results than anybody has in a night, through a broker that is killed again and again. */
@Tag("full")
class OutboxIT {
    private static final int RESULTS = Integer.getInteger("hilda.results", 10_000);
    private static final String NAME = "flood";
    private static final int MOST_MILLIS = 6000;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private long upNanos;
    private long downNanos;

    @Test
    @Timeout(value = 40, unit = TimeUnit.MINUTES)
    void shouldBringEachResultOnceThroughABrokerThatIsDownHalfTheTime() throws Exception {
        long seed = Long.getLong("hilda.seed", System.nanoTime());
        System.out.println("seed " + seed);
        int port = TestBench.freePort();
        BrokerAddress broker = BrokerAddress.parse("mqtt://127.0.0.1:" + port);
        RunResult measured = measured();
        try (Store store = Store.open(bench.folder().resolve("hilda.db"), "test", bench.environment(), line -> {});
                ResultReader reader = new ResultReader(broker.toString(), NAME)) {
            CompletableFuture<Set<String>> keeping = CompletableFuture.supplyAsync(() -> keep(store, measured));
            SplittableRandom random = new SplittableRandom(seed);
            BenchVoice voice = BenchVoice.start(broker, NAME, List::of, sender -> send(store, sender));
            try {
                while (!keeping.isDone() || store.outbox(NAME).size() > 0) {
                    upAndDown(port, random);
                }
            } finally {
                voice.close();
            }
            Process lasting = bench.broker(port, "allow_anonymous true");
            long missed = askForMissing(store, reader, broker);
            report(reader, missed);
            assertEquals(keeping.get(), new HashSet<>(reader.runIds().values()));
            assertEquals(RESULTS, reader.runIds().size());
            assertEquals(
                    RESULTS,
                    reader.runIds().keySet().stream()
                            .mapToLong(Long::longValue)
                            .max()
                            .orElse(0));
            lasting.destroyForcibly().waitFor();
        }
    }

    private static Set<String> keep(Store store, RunResult measured) {
        Set<String> kept = new HashSet<>();
        try {
            for (int result = 0; result < RESULTS; result++) {
                RunIdentity run = new RunIdentity(
                        UUID.randomUUID().toString(),
                        Instant.now(),
                        NAME,
                        "board" + result % 6,
                        "board" + result % 6,
                        measured.run().timing(),
                        Optional.empty());
                store.results(true).save(measured.withRun(run), List.of());
                kept.add(run.runId());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kept;
    }

    /** Of a run on a virtual board, whose store is another. */
    private RunResult measured() throws Exception {
        bench.board("--fast-flash");
        Path bundle = new FaultNetwork().bundle(bench.folder());
        Outcome outcome = bench.hilda(
                "run", bundle.toString(), "--on", FaultBench.BOARD, "--bench", "one", "--seed", "7", "--limit", "9");
        assertEquals(0, outcome.exitCode(), outcome.errText());
        List<Result> only = new ArrayList<>();
        try (Store store =
                Store.open(bench.folder().resolve("state/hilda/hilda.db"), "test", bench.environment(), line -> {})) {
            store.replay("one", 1, only::add, line -> {});
        }
        return (RunResult) only.get(0);
    }

    /** As an agent does. */
    private static void send(Store store, Consumer<Message> sender) {
        try {
            store.outbox(NAME).send(waiting -> ResultMessages.of(waiting).forEach(sender), line -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void upAndDown(int port, SplittableRandom random) throws Exception {
        long started = System.nanoTime();
        Process broker = bench.broker(port, "allow_anonymous true");
        Thread.sleep(random.nextInt(MOST_MILLIS));
        broker.destroyForcibly().waitFor();
        long killed = System.nanoTime();
        Thread.sleep(random.nextInt(MOST_MILLIS));
        upNanos += killed - started;
        downNanos += System.nanoTime() - killed;
    }

    /** By the numbers, as a reader does; returns how many it had missed. */
    private static long askForMissing(Store store, ResultReader reader, BrokerAddress broker) throws Exception {
        assertTrue(reader.awaitSubscribed());
        Collection<Long> missing = reader.missing(RESULTS);
        if (!missing.isEmpty()) {
            try (MqttConnection connection = MqttConnection.open(broker, Optional.empty())) {
                store.replay(
                        NAME,
                        missing.iterator().next(),
                        result -> ResultMessages.of(result).forEach(connection::publish),
                        line -> {});
            }
            assertEquals(Set.of(), reader.awaitAll(RESULTS));
        }
        return missing.size();
    }

    private void report(ResultReader reader, long missed) {
        System.out.printf(
                Locale.ROOT,
                "%d results, broker up %.0f s and down %.0f s: %.0f results a second of the time it was up; %d came"
                        + " twice, %d were asked for again%n",
                RESULTS,
                upNanos / 1e9,
                downNanos / 1e9,
                RESULTS / (upNanos / 1e9),
                reader.duplicates(),
                missed);
    }
}
