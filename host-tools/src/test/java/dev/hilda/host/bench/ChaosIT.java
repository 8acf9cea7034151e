// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Jobs go on while boards, agent, broker, disk and clock fail in random order: in the end every job has come to an end, every
 * run that was kept has reached whoever asks for the numbers that are missing, and all boards are in service. {@code
 * -Dhilda.seed} and {@code -Dhilda.chaos_s} repeat a sequence.
 */
class ChaosIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SERIALS = List.of("CHAOS1", "CHAOS2", "CHAOS3");
    private static final int IMAGES = 300;
    private static final int JOBS_AHEAD = 4;
    private static final Duration SETTLING = Duration.ofMinutes(4);

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private final List<String> accepted = new ArrayList<>();
    private final Map<String, Integer> troubles = new TreeMap<>();

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void shouldLoseNothing() throws Exception {
        survive(Duration.ofSeconds(Integer.getInteger("hilda.chaos_s", 60)));
    }

    @Test
    @Tag("full")
    @Timeout(value = 45, unit = TimeUnit.MINUTES)
    void shouldLoseNothingInHalfAnHour() throws Exception {
        survive(Duration.ofMinutes(30));
    }

    private void survive(Duration duration) throws Exception {
        long seed = Long.getLong("hilda.seed", System.nanoTime());
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (ChaosBench chaos = new ChaosBench(bench);
                ResultReader reader = new ResultReader(chaos.brokerUrl(), ChaosBench.NAME)) {
            chaos.start(SERIALS);
            Map<String, String> order = submitFirst(chaos, random.nextLong());
            long end = System.nanoTime() + duration.toNanos();
            ExecutorService threads = Executors.newFixedThreadPool(3);
            List<Future<?>> running = List.of(
                    threads.submit(task(() -> trouble(chaos, Trouble.ofBoards(), random.split(), end))),
                    threads.submit(
                            task(() -> trouble(chaos, Trouble.ofTheHost(chaos, random.split()), random.split(), end))),
                    threads.submit(task(() -> submit(chaos, order, end))));
            for (Future<?> each : running) {
                each.get();
            }
            threads.shutdown();
            System.out.println("seed " + seed + ", troubles: " + troubles);
            settle(chaos);
            judge(chaos, reader, seed);
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    private static Callable<Void> task(Task task) {
        return () -> {
            task.run();
            return null;
        };
    }

    private Map<String, String> submitFirst(ChaosBench chaos, long seed) throws Exception {
        FaultNetwork network = new FaultNetwork();
        JsonNode job = chaos.agent()
                .ask(
                        "submit",
                        network.bundle(bench.folder()).toString(),
                        "--data",
                        network.dataSet(bench.folder(), IMAGES, seed).toString(),
                        "--pool",
                        ChaosBench.NAME);
        accepted.add(job.path("job_id").asText());
        return Map.of(
                "pool",
                ChaosBench.NAME,
                "name",
                "faulty",
                "bundle_sha256",
                job.path("bundle_sha256").asText(),
                "data_sha256",
                job.path("data_sha256").asText());
    }

    /** One after the other until the end, and each is over then. */
    private void trouble(ChaosBench chaos, List<Trouble> choice, SplittableRandom random, long end) throws Exception {
        while (System.nanoTime() < end) {
            Thread.sleep(random.nextInt(500, 3000));
            Trouble trouble = choice.get(random.nextInt(choice.size()));
            String serial = SERIALS.get(random.nextInt(SERIALS.size()));
            synchronized (troubles) {
                troubles.merge(trouble.name(), 1, Integer::sum);
            }
            trouble.begin().take(chaos, serial);
            Thread.sleep(random.nextInt(trouble.most()));
            trouble.end().take(chaos, serial);
        }
    }

    /** Keeps some jobs waiting; one that the agent could not take is no job. */
    private void submit(ChaosBench chaos, Map<String, String> order, long end) throws Exception {
        while (System.nanoTime() < end) {
            try {
                if (unfinished(chaos) < JOBS_AHEAD) {
                    accepted.add(chaos.agent()
                            .client()
                            .post("/v1/jobs", order)
                            .path("job_id")
                            .asText());
                } else {
                    Thread.sleep(500);
                }
            } catch (BenchFailure | IOException refused) {
                Thread.sleep(500);
            }
        }
    }

    private static int unfinished(ChaosBench chaos) throws Exception {
        int unfinished = 0;
        for (String state : List.of("queued", "running")) {
            unfinished += chaos.agent()
                    .client()
                    .get("/v1/jobs?state=" + state)
                    .path("jobs")
                    .size();
        }
        return unfinished;
    }

    /** Until nothing is left to do and every board is there for more. */
    private static void settle(ChaosBench chaos) throws Exception {
        chaos.agent().await(SETTLING, () -> {
            try {
                boolean inService = true;
                for (String serial : SERIALS) {
                    inService &=
                            chaos.agent().board(serial).path("state").asText().equals("ready");
                }
                return inService && unfinished(chaos) == 0;
            } catch (BenchFailure busy) {
                return false;
            }
        });
    }

    private void judge(ChaosBench chaos, ResultReader reader, long seed) throws Exception {
        List<JsonNode> ended = new ArrayList<>();
        Map<String, Integer> states = new TreeMap<>();
        for (String id : accepted) {
            JsonNode job = chaos.agent().client().get("/v1/jobs/" + id);
            ended.add(job);
            states.merge(job.path("state").asText(), 1, Integer::sum);
            if (!job.path("state").asText().equals("passed")) {
                System.out.println(job);
            }
        }
        Map<String, JsonNode> kept = new TreeMap<>();
        Map<Long, String> numbers = new TreeMap<>();
        for (String text : bench.results()) {
            JsonNode result = JSON.readTree(text);
            kept.put(result.path("run_id").asText(), result);
            numbers.put(
                    result.path("bench_sequence").asLong(),
                    result.path("run_id").asText());
        }
        Set<Long> missed = replay(chaos, reader, numbers);
        System.out.println("seed " + seed + ": jobs " + states + ", " + kept.size() + " runs kept, " + missed.size()
                + " asked for again, " + reader.duplicates() + " came twice, "
                + reader.unnumbered().size() + " could not be kept");

        // Some jobs lose two boards or agents in so much trouble; a bench on which most do is of no use.
        assertTrue(3 * states.getOrDefault("passed", 0) >= ended.size(), "seed " + seed + ": " + states);
        for (JsonNode job : ended) {
            judge(job, kept);
        }
        assertEquals(kept.size(), numbers.size(), "every run has a number of its own");
        assertEquals(new TreeSet<>(numbers.keySet()).last(), numbers.size(), "no number is left out");
        assertEquals(numbers, reader.runIds(), "seed " + seed);
        // What could not be kept is published all the same, without a number.
        assertTrue(
                reader.unnumbered().isEmpty() || troubles.containsKey("disk full"),
                reader.unnumbered().toString());
        chaos.agent().stop();
        assertEquals(List.of(), chaos.openOcds());
    }

    private static void judge(JsonNode job, Map<String, JsonNode> kept) {
        if (!job.path("state").asText().equals("passed")) {
            assertTrue(!job.path("reason").asText().isEmpty(), job.toString());
            return;
        }
        JsonNode result = kept.getOrDefault(job.path("run_id").asText(), JSON.nullNode());
        assertTrue(result.path("passed").asBoolean(), job + " " + result);
        assertEquals(IMAGES, result.path("images").asInt(), job.toString());
        assertEquals(IMAGES, result.path("parity_matched").asInt(), job.toString());
    }

    /** As a reader does who has missed numbers; returns which. */
    private Set<Long> replay(ChaosBench chaos, ResultReader reader, Map<Long, String> numbers) throws Exception {
        chaos.agent().await(SETTLING, () -> bench.waitingResults() == 0);
        assertTrue(reader.awaitSubscribed());
        Thread.sleep(1000); // for the last to come
        long last = new TreeSet<>(numbers.keySet()).last();
        Set<Long> missed = reader.missing(last);
        if (!missed.isEmpty()) {
            String first = String.valueOf(missed.iterator().next());
            Outcome again =
                    bench.hilda("publish", "--mqtt", chaos.brokerUrl(), "--since", first, "--bench", ChaosBench.NAME);
            assertEquals(0, again.exitCode(), again.errText());
            assertEquals(Set.of(), reader.awaitAll(last));
        }
        return missed;
    }
}
