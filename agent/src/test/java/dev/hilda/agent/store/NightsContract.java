// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobQuery;
import dev.hilda.agent.jobs.JobState;
import dev.hilda.agent.verdict.Figures;
import dev.hilda.agent.verdict.MetricVerdict;
import dev.hilda.agent.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a store remembers of nights, on every database. */
abstract class NightsContract extends JobsFixture {
    private static final Duration HOUR = Duration.ofHours(1);

    private NightPlan.Item item(String model) {
        return new NightPlan.Item(
                new JobOrder("pool", "tester", model, bundle, data, OptionalInt.of(9)), model + "-set");
    }

    private Night plan(Duration deadline, NightPlan.Item... items) {
        return store.nights()
                .plan(new NightPlan(
                        "lab",
                        "nightly",
                        "tester",
                        "an order",
                        deadline,
                        List.of(items),
                        List.of(new NightPlan.Broken("gone", "gone-set", "no such file"))));
    }

    private static JudgedNight judged(String state, Verdict verdict) {
        MetricVerdict cycles = new MetricVerdict(
                "cycles", verdict, "because", Optional.of(new Figures(100, 105, 5)), Optional.empty());
        return new JudgedNight(
                "clean",
                "a morning",
                List.of(new JudgedNight.Item(
                        0,
                        Optional.of("B1"),
                        state,
                        "because",
                        Optional.of("run"),
                        Optional.of("baseline"),
                        OptionalDouble.of(0.5),
                        OptionalLong.of(105),
                        1,
                        List.of(cycles))));
    }

    @Test
    void shouldHaveThePlanBeforeAnythingRuns() {
        Night night = plan(HOUR, item("a"), item("b"));
        List<Night.Item> items = store.nights().items(night.id());
        assertEquals(
                List.of("a", "b", "gone"), items.stream().map(Night.Item::model).toList());
        assertEquals(JobState.QUEUED, items.get(0).job().orElseThrow().state());
        assertEquals(Optional.of("no such file"), items.get(2).reason());
        assertEquals(new Night.Progress(3, 1, 0), store.nights().progress(night.id()));
        assertEquals(HOUR, Duration.between(night.plannedAt(), night.deadline()));
        assertEquals(List.of(), store.nights().ended("lab"));
    }

    @Test
    void shouldPlanNothingWhereABundleIsNotThere() {
        JobOrder order = new JobOrder("pool", "tester", "x", "0".repeat(64), data, OptionalInt.empty());
        assertThrows(IllegalArgumentException.class, () -> plan(HOUR, item("a"), new NightPlan.Item(order, "set")));
        assertEquals(List.of(), store.nights().list(Optional.empty(), 9));
        assertEquals(
                0,
                store.jobs()
                        .list(new JobQuery(Optional.empty(), Optional.empty(), 9))
                        .size());
    }

    @Test
    void shouldEndWhatWaitsWhenTheDeadlineIsOver() throws Exception {
        Night night = plan(Duration.ofMillis(1), item("a"));
        Thread.sleep(20);
        assertEquals(
                List.of(night.id()),
                store.nights().ended("lab").stream().map(Night::id).toList());
        assertEquals(List.of(), store.nights().ended("another"));
        Night.Item item = store.nights().items(night.id()).get(0);
        assertEquals(JobState.MISSING, item.job().orElseThrow().state());
        assertEquals(
                Optional.of("no board of pool pool took it by the deadline of its night"),
                item.job().orElseThrow().reason());
    }

    @Test
    void shouldBeJudgedOnceAndRemembered() {
        Night night = plan(HOUR, item("a"));
        assertTrue(store.nights().judge(night.id(), judged("worse", Verdict.WORSE)));
        assertFalse(another().nights().judge(night.id(), judged("equal", Verdict.EQUAL)));
        Night kept = store.nights().find(night.id()).orElseThrow();
        assertEquals(Optional.of("a morning"), kept.morning());
        assertEquals(List.of(kept), store.nights().list(Optional.of("nightly"), 9));
        assertEquals(List.of(), store.nights().list(Optional.of("weekly"), 9));
    }

    @Test
    void shouldSaySinceWhenSomethingIsSo() throws Exception {
        List<Instant> planned = new ArrayList<>();
        List<String> states = List.of("worse", "equal", "worse", "worse");
        for (String state : states) {
            Night night = plan(HOUR, item("a"));
            planned.add(night.plannedAt());
            store.nights().judge(night.id(), judged(state, state.equals("worse") ? Verdict.WORSE : Verdict.EQUAL));
            Thread.sleep(5);
        }
        Night last = plan(HOUR, item("a"));
        assertEquals(planned.get(2), store.nights().since(last, "a", "worse"));
        assertEquals(planned.get(2), store.nights().since(last, "a", "cycles worse"));
        assertEquals(last.plannedAt(), store.nights().since(last, "a", "cycles better"));
        assertEquals(last.plannedAt(), store.nights().since(last, "b", "worse"));
        assertEquals(
                List.of("worse", "worse", "equal"),
                store.nights().past(last, "a", "a-set", 3).stream()
                        .map(StoredNights.Past::state)
                        .toList());
        assertEquals(
                OptionalLong.of(105),
                store.nights().past(last, "a", "a-set", 1).get(0).cyclesP50());
    }

    /** A time that has come starts a suite once; one that is not named any more is forgotten. */
    @Test
    void shouldSayWhenItIsTimeForASuite() throws Exception {
        List<String> due = Collections.synchronizedList(new ArrayList<>());
        CronTime yearly = new CronTime("0 2 1 1 *", ZoneOffset.UTC);
        try (Database database = Database.open(
                address(), Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()))) {
            try (SuiteSchedules first = SuiteSchedules.start(
                    database, "lab", Map.of("a", yearly, "b", yearly), Duration.ofMillis(50), due::add)) {
                assertTrue(first.next("a").orElseThrow().isAfter(Instant.now()));
                store.jobs();
                database.transaction(connection -> {
                    try (var update = connection.prepareStatement(
                            "UPDATE scheduled_tasks SET execution_time = 5 WHERE task_name = 'suite:lab:a'")) {
                        return update.executeUpdate();
                    }
                });
                submit("x"); // Somebody else's ticket is none of a suite's.
                for (int attempt = 0; attempt < 500 && due.isEmpty(); attempt++) {
                    Thread.sleep(10);
                }
                Thread.sleep(300);
                assertEquals(List.of("a"), due);
                assertTrue(first.next("a").orElseThrow().isAfter(Instant.now()));
            }
            try (SuiteSchedules second =
                    SuiteSchedules.start(database, "lab", Map.of("b", yearly), Duration.ofMillis(50), due::add)) {
                assertEquals(Optional.empty(), second.next("a"));
                assertTrue(second.next("b").isPresent());
            }
        }
    }
}
