// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.report.CellState;
import dev.hilda.agent.report.Morning;
import dev.hilda.agent.store.JudgedNight;
import dev.hilda.agent.store.Night;
import dev.hilda.agent.store.NightPlan;
import dev.hilda.agent.verdict.Verdict;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nights from their plan to their morning, through the real queue and store. */
@Timeout(120)
class NightJudgeTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private NightBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new NightBench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static Morning.Cell cell(Morning morning, String model, String board) {
        return morning.grid().stream()
                .filter(cell -> cell.model().equals(model) && cell.boardSerial().equals(Optional.of(board)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldBeCleanWhereNothingChanged() throws Exception {
        bench.promote("a", "b");
        bench.board("B1");
        bench.board("B2");
        Morning morning = bench.night("a", "b");
        assertEquals(
                "planned 4 ran 4 regressed 0 open 0 faulty 0 missing 0 unshown 0 flaky 0",
                NightBench.words(morning.counts()));
        assertEquals(Morning.Outcome.CLEAN, morning.outcome());
        assertEquals(List.of(), morning.attention());
        assertEquals(CellState.EQUAL, cell(morning, "b", "B2").state());
        assertEquals(0.87, morning.trends().get(0).baselineAccuracy().orElseThrow(), 1e-9);
        Night kept = bench.store.nights().find(morning.nightId()).orElseThrow();
        assertEquals(Optional.of("clean"), kept.outcome());
        assertEquals(Optional.of(morning.toString()), kept.morning());
    }

    @Test
    void shouldTellARegressionWithItsImagesAndItsFirstNight() throws Exception {
        bench.promote("a", "b");
        bench.board("B1");
        bench.board("B2");
        bench.answers = (job, board) -> Optional.of(
                job.order().name().equals("a")
                        ? bench.retrained(job, board, 30, 10, Map.of())
                        : bench.run(job, board, Map.of()));
        Morning first = bench.night("a", "b");
        Morning second = bench.night("a", "b");
        assertEquals(Morning.Outcome.REGRESSED, second.outcome());
        assertEquals(1, second.counts().regressed(), "an accuracy is judged once");
        assertEquals(1, second.regressions().size());
        Morning.Regression regression = second.regressions().get(0);
        assertEquals("a", regression.model());
        assertEquals(first.plannedAt(), regression.firstNight());
        assertEquals(-20, regression.verdict().paired().orElseThrow().netImages());
        assertEquals(Optional.of(true), regression.isSeenElsewhere());
        assertTrue(
                regression.provenance().stream()
                        .anyMatch(change -> change.field().equals("network_sha256")),
                regression.toString());
        assertEquals(
                List.of("a with held-out on " + regression.boardSerial()
                        + ": worse; accuracy: more images are lost than by chance"),
                second.attention().stream().map(Morning.Attention::what).toList());
        assertEquals(first.plannedAt(), second.attention().get(0).since());
        assertEquals(2, second.trends().get(0).points().size());
        assertEquals(0.85, second.trends().get(0).points().get(0).accuracy().orElseThrow(), 1e-9);
    }

    /** Slow drift adds up, as each night is held against what was promoted, not against the last one. */
    @Test
    void shouldHoldEachNightAgainstThePromotedRun() throws Exception {
        bench.promote("a");
        bench.board("B1");
        for (long percent = 1; percent <= 4; percent++) {
            long cycles = 1_000_000 + 10_000 * percent;
            bench.answers = (job, board) -> Optional.of(bench.run(job, board, Map.of("cycles_p50", cycles)));
            assertEquals(
                    percent > 3 ? Morning.Outcome.REGRESSED : Morning.Outcome.CLEAN,
                    bench.night("a").outcome());
        }
    }

    @Test
    void shouldPlanForABoardThatIsGoneAndTellThatItIsMissing() throws Exception {
        bench.promote("a");
        bench.board("B1");
        bench.plan(
                Duration.ofSeconds(1),
                List.of(bench.item("a", "any", Optional.of("B1")), bench.item("a", "any", Optional.of("B7"))));
        Morning morning = bench.morning(new BoardNow("B1", "nucleo", "idle", Optional.empty()));
        assertEquals(
                "planned 2 ran 1 regressed 0 open 0 faulty 0 missing 1 unshown 0 flaky 0",
                NightBench.words(morning.counts()));
        assertEquals(Morning.Outcome.INCOMPLETE, morning.outcome());
        assertEquals(
                "board B7 did not take it by the deadline of its night",
                cell(morning, "a", "B7").reason());
        assertEquals(
                List.of("idle", "lost"),
                morning.boards().stream().map(Morning.BoardCondition::state).toList());
    }

    /** Each means those that were there lately, too. */
    @Test
    void shouldMissABoardThatWasThereTheNightBefore() throws Exception {
        bench.promote("a");
        bench.board("B1");
        bench.board("B2");
        assertEquals(2, bench.night("a").counts().ran());
        bench.unplug("B2");
        bench.plan(Duration.ofSeconds(1), "each", "a");
        Morning morning = bench.morning();
        assertEquals(
                "planned 2 ran 1 regressed 0 open 0 faulty 0 missing 1 unshown 0 flaky 0",
                NightBench.words(morning.counts()));
        assertEquals(CellState.MISSING, cell(morning, "a", "B2").state());
    }

    /** One that this program cannot read must not keep back those that it can. */
    @Test
    void shouldJudgeOtherNightsBesideOneThatItCannotRead() throws Exception {
        bench.store
                .nights()
                .plan(new NightPlan(
                        "lab",
                        "older",
                        "me",
                        "no order",
                        HOUR,
                        List.of(),
                        List.of(new NightPlan.Broken("x", "x", "gone"))));
        bench.board("B1");
        assertEquals("nightly", bench.night("a").suite());
        assertEquals(1, bench.store.nights().ended("lab").size(), "it waits for a program that can");
    }

    @Test
    void shouldTellWhereAllBoardsAreDead() throws Exception {
        bench.promote("a", "b");
        bench.plan(Duration.ofSeconds(1), "any", "a", "b");
        Morning morning = bench.morning();
        assertEquals(
                "planned 2 ran 0 regressed 0 open 0 faulty 0 missing 2 unshown 0 flaky 0",
                NightBench.words(morning.counts()));
        assertEquals(Optional.empty(), morning.dataAsOf());
        assertEquals(
                "no board of pool pool took it by the deadline of its night",
                morning.grid().get(0).reason());
    }

    @Test
    void shouldWantABaselinePromoted() throws Exception {
        bench.board("B1");
        Morning morning = bench.night("a");
        assertEquals(CellState.NO_BASELINE, cell(morning, "a", "B1").state());
        assertEquals(Morning.Outcome.OPEN, morning.outcome());
        assertEquals(
                "hilda baseline promote " + cell(morning, "a", "B1").runId().orElseThrow(),
                morning.attention().get(0).command());
    }

    /** Each is what it is, and no network is accused of it. */
    @Test
    void shouldCallPlantedChangesWhatTheyAre() throws Exception {
        Map<String, Map<String, Object>> planted = Map.of(
                "compiler", Map.of("compiler", "gcc 15", "cycles_p50", 1_050_000),
                "clock", Map.of("clock_source", "hsi", "cycles_p50", 1_050_000),
                "data", Map.of("data_sha256", "e".repeat(64)),
                "parity", Map.of("parity_matched", 990, "passed", false),
                "broken",
                        Map.of(
                                "passed",
                                false,
                                "complete",
                                false,
                                "failure_kind",
                                "clock",
                                "failure",
                                "the core clock is 1 % off"),
                "slower", Map.of("cycles_p50", 1_050_000));
        String[] models = planted.keySet().toArray(new String[0]);
        bench.promote(models);
        bench.board("B1");
        bench.answers = (job, board) -> Optional.of(
                bench.run(job, board, planted.getOrDefault(job.order().name(), Map.of())));
        Morning morning = bench.night(models);
        assertEquals(CellState.OPEN, cell(morning, "compiler", "B1").state());
        assertEquals(CellState.NOT_COMPARABLE, cell(morning, "clock", "B1").state());
        assertEquals(CellState.NOT_COMPARABLE, cell(morning, "data", "B1").state());
        assertEquals(CellState.FAULT, cell(morning, "parity", "B1").state());
        assertEquals(CellState.FAULT, cell(morning, "broken", "B1").state());
        assertEquals(CellState.WORSE, cell(morning, "slower", "B1").state());
        assertEquals(
                "planned 6 ran 6 regressed 1 open 3 faulty 2 missing 0 unshown 0 flaky 0",
                NightBench.words(morning.counts()));
        assertTrue(cell(morning, "compiler", "B1").reason().startsWith("cycles: changed by compiler: decide"));
        assertTrue(cell(morning, "broken", "B1").reason().contains("clock"));
    }

    /** Nobody has to decide what is worse anyway. */
    @Test
    void shouldCallWorseWhatIsAlsoToBeDecided() throws Exception {
        bench.promote("a");
        bench.board("B1");
        bench.answers = (job, board) -> Optional.of(bench.retrained(job, board, 30, 10, Map.of("compiler", "gcc 15")));
        Morning morning = bench.night("a");
        assertEquals(CellState.WORSE, morning.grid().get(0).state());
        assertEquals(Morning.Outcome.REGRESSED, morning.outcome());
    }

    /** The board is slow for both; that one of them answers worse is its own doing. */
    @Test
    void shouldNotExcuseWrongAnswersByASlowBoard() throws Exception {
        bench.promote("a", "b");
        bench.board("B1");
        bench.answers = (job, board) -> Optional.of(
                job.order().name().equals("a")
                        ? bench.retrained(job, board, 30, 10, Map.of("cycles_p50", 1_050_000))
                        : bench.run(job, board, Map.of("cycles_p50", 1_050_000)));
        Morning morning = bench.night("a", "b");
        assertEquals(CellState.WORSE, cell(morning, "a", "B1").state());
        assertEquals(CellState.FAULT, cell(morning, "b", "B1").state());
        assertEquals(
                List.of("accuracy"),
                morning.regressions().stream()
                        .map(each -> each.verdict().metric())
                        .toList());
        assertEquals(Morning.Outcome.REGRESSED, morning.outcome());
    }

    /** What was answered until then accuses nobody. */
    @Test
    void shouldAccuseNoNetworkOfARunThatBrokeOff() throws Exception {
        bench.promote("a");
        bench.board("B1");
        Map<String, Object> broken =
                Map.of("passed", false, "complete", false, "failure_kind", "link", "failure", "the board was lost");
        bench.answers = (job, board) -> Optional.of(bench.retrained(job, board, 30, 10, broken));
        Morning morning = bench.night("a");
        assertEquals(CellState.FAULT, morning.grid().get(0).state());
        assertEquals(List.of(), morning.regressions());
        assertEquals(Morning.Outcome.INCOMPLETE, morning.outcome());
    }

    @Test
    void shouldTellWhatPassedOnlyOnAnotherBoard() throws Exception {
        bench.promote("a");
        bench.board("B1");
        bench.board("B2");
        Set<String> lost = ConcurrentHashMap.newKeySet();
        bench.answers =
                (job, board) -> lost.add(job.id()) ? Optional.empty() : Optional.of(bench.run(job, board, Map.of()));
        bench.plan(HOUR, "any", "a");
        Morning morning = bench.morning();
        assertEquals(
                "planned 1 ran 1 regressed 0 open 0 faulty 0 missing 0 unshown 0 flaky 1",
                NightBench.words(morning.counts()));
        assertEquals(Morning.Outcome.CLEAN, morning.outcome());
        assertEquals(2, morning.grid().get(0).attempts());
        assertTrue(
                morning.attention().get(0).what().contains("flaky; it passed at attempt 2"),
                morning.attention().toString());
    }

    @Test
    void shouldQualifyWhatRanWholeAndIsNotWorse() throws Exception {
        bench.promote("a", "b");
        bench.board("B1");
        bench.board("B2");
        Qualification clean = new Qualification(bench.night("a", "b", "new"));
        assertEquals(List.of(), clean.objections(false));
        assertEquals(3, clean.runIds().size(), "one of each network, whoever else ran it");

        bench.answers = (job, board) -> Optional.of(
                job.order().name().equals("a")
                        ? bench.retrained(job, board, 30, 10, Map.of())
                        : bench.run(
                                job,
                                board,
                                job.order().name().equals("b") && board.equals("B2")
                                        ? Map.of("parity_matched", 990, "passed", false)
                                        : Map.of()));
        Qualification worse = new Qualification(bench.night("a", "b"));
        assertEquals(2, worse.objections(false).size(), worse.objections(false).toString());
        assertEquals(1, worse.objections(true).size());
        assertTrue(worse.objections(true).get(0).startsWith("b with held-out on B2: fault; parity"));
    }

    @Test
    void shouldBeJudgedOnce() throws Exception {
        bench.board("B1");
        Morning morning = bench.night("a");
        NightJudge other = new NightJudge(bench.store, "lab", Morning::toString, Clock.systemUTC());
        assertEquals(List.of(), other.look(List.of()));
        Night night = bench.store.nights().find(morning.nightId()).orElseThrow();
        assertFalse(bench.store.nights().judge(night.id(), new JudgedNight("clean", "another", List.of())));
        assertEquals(night, bench.store.nights().find(morning.nightId()).orElseThrow());
        assertTrue(night.judgedAt().orElse(Instant.EPOCH).isAfter(night.plannedAt()));
    }

    /** As many boards as are wanted, each a different one, the least worn first; who is not there is missing. */
    @Test
    void shouldTakeAsManyBoardsAsAreWanted() throws Exception {
        bench.promote("a");
        bench.board("B1");
        bench.board("B2");
        bench.plan(Duration.ofSeconds(2), "3", "a");
        Morning morning = bench.morning();
        assertEquals(
                List.of("B1", "B2", "unknown-3"),
                morning.grid().stream()
                        .map(cell -> cell.boardSerial().orElse(""))
                        .toList());
        assertEquals(2, morning.counts().ran());
        assertEquals(
                Set.of(Verdict.EQUAL),
                Set.copyOf(morning.grid().get(0).verdicts().stream()
                        .map(verdict -> verdict.verdict())
                        .toList()));
    }
}
