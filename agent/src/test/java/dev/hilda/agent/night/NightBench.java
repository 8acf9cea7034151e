// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.QueueOptions;
import dev.hilda.agent.report.Morning;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.store.Night;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.verdict.JudgedRun;
import dev.hilda.agent.verdict.PlantedRuns;
import dev.hilda.agent.verdict.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.BiFunction;

/** A store, boards whose answers are chosen, and somebody who judges their nights. */
final class NightBench implements AutoCloseable {
    static final Policy POLICY = new Policy(0.05, 0.99, 1, 3, 1);
    static final String DATA_SHA256 = "d".repeat(64);

    final PlantedRuns runs;
    final Store store;

    /** From a job and its board to the run; empty where the board is lost with it. */
    BiFunction<Job, String, Optional<JudgedRun>> answers = (job, board) -> Optional.of(run(job, board, Map.of()));

    private final Path folder;
    private final String content;
    private final Map<String, BoardQueue> queues = new HashMap<>();

    NightBench(Path folder) throws IOException {
        this.folder = folder;
        runs = new PlantedRuns(folder);
        store = Store.open(
                folder.resolve("hilda.db"),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {});
        content = store.contents(ContentLimits.DEFAULT).put(Files.writeString(folder.resolve("content"), "content"));
    }

    /** Has a board take jobs. */
    void board(String serial) {
        queues.put(
                serial,
                store.startQueue(
                        "pool",
                        serial,
                        (job, lease, token, results) -> work(job, lease.board(), results),
                        new QueueOptions(
                                "agent",
                                false,
                                Duration.ofMillis(20),
                                Duration.ofSeconds(30),
                                Duration.ZERO,
                                Duration.ofHours(1))));
    }

    /** The board takes no jobs any more. */
    void unplug(String serial) {
        Objects.requireNonNull(queues.remove(serial)).close(Duration.ZERO);
    }

    private JobEnd work(Job job, String board, ResultStore results) {
        Optional<JudgedRun> run = answers.apply(job, board);
        if (run.isEmpty()) {
            return JobEnd.requeue("board " + board + " was lost", true);
        }
        try {
            results.save(run.get().result(), run.get().images(), FlashWear.NONE);
        } catch (IOException e) {
            return JobEnd.failed(String.valueOf(e.getMessage()));
        }
        String id = run.get().result().run().runId();
        return run.get().result().outcome().passed() ? JobEnd.passed(id) : JobEnd.failed(id, "it failed");
    }

    /** Of the baseline's network unless the fields say otherwise. */
    JudgedRun run(Job job, String board, Map<String, Object> fields) {
        return run(job.order().name(), board, fields);
    }

    JudgedRun run(String model, String board, Map<String, Object> fields) {
        return runs.again(fields(model, board, fields));
    }

    JudgedRun retrained(Job job, String board, int lost, int won, Map<String, Object> fields) {
        return runs.retrained(lost, won, fields(job.order().name(), board, fields));
    }

    private static Map<String, Object> fields(String model, String board, Map<String, Object> others) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("model", model);
        fields.put("run_id", UUID.randomUUID().toString());
        fields.put("board_serial", board);
        fields.put("bench", "lab");
        fields.put("data_sha256", DATA_SHA256);
        fields.putAll(others);
        return fields;
    }

    /** Promotes a run of each network. */
    void promote(String... models) throws IOException {
        for (String model : models) {
            JudgedRun run = run(model, "B1", Map.of());
            store.results(false).save(run.result(), run.images(), FlashWear.NONE);
            store.baselines().promote(run.result().run().runId(), "me@here");
        }
    }

    Night plan(Duration deadline, String boards, String... models) {
        List<NightOrder.Item> items = new ArrayList<>();
        for (String model : models) {
            items.add(item(model, boards, Optional.empty()));
        }
        return plan(deadline, items);
    }

    Night plan(Duration deadline, List<NightOrder.Item> items) {
        return new NightPlanner(store.nights(), "lab")
                .plan(new NightOrder("nightly", deadline.toSeconds(), POLICY, items, List.of()), "cron");
    }

    NightOrder.Item item(String model, String boards, Optional<String> board) {
        return new NightOrder.Item(
                model, "held-out", "pool", boards, board, OptionalInt.empty(), content, content, Optional.empty());
    }

    /** Waits for the morning. */
    Morning morning(BoardNow... boards) throws InterruptedException {
        NightJudge judge = new NightJudge(store, "lab", Morning::toString, Clock.systemUTC());
        for (int attempt = 0; attempt < 3000; attempt++) {
            List<Morning> mornings = judge.look(List.of(boards));
            if (!mornings.isEmpty()) {
                return mornings.get(0);
            }
            Thread.sleep(10);
        }
        throw new AssertionError("no morning came; " + store.nights().list(Optional.empty(), 9));
    }

    /** One night that each known board runs. */
    Morning night(String... models) throws InterruptedException {
        plan(Duration.ofHours(1), "each", models);
        return morning();
    }

    static String words(Morning.Counts counts) {
        return String.format(
                Locale.ROOT,
                "planned %d ran %d regressed %d open %d faulty %d missing %d unshown %d flaky %d",
                counts.planned(),
                counts.ran(),
                counts.regressed(),
                counts.open(),
                counts.faulty(),
                counts.missing(),
                counts.unshown(),
                counts.flaky());
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        queues.values().forEach(queue -> queue.close(Duration.ZERO));
        store.close();
    }
}
