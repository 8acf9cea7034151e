// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import dev.hilda.agent.report.CellState;
import dev.hilda.agent.report.Morning;
import dev.hilda.agent.report.Morning.Point;
import dev.hilda.agent.report.Morning.Provenance;
import dev.hilda.agent.report.Morning.Regression;
import dev.hilda.agent.report.Morning.Trend;
import dev.hilda.agent.store.Night;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.store.StoredNights.Past;
import dev.hilda.agent.verdict.Comparison;
import dev.hilda.agent.verdict.MetricVerdict;
import dev.hilda.agent.verdict.Policy;
import dev.hilda.agent.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/** Makes the morning of a night whose items have their verdicts. */
final class MorningMaker {
    private static final int NIGHTS = 30;

    /** What differs between boards of one kind; a comparison says itself where it matters. */
    private static final Set<String> OF_THE_BOARD = Set.of("board_serial", "bench");

    private final Store store;
    private final Night night;
    private final Policy policy;
    private final List<NightItem> items;
    private final List<BoardNow> boards;

    /** @param boards of the bench as they are now */
    MorningMaker(Store store, Night night, Policy policy, List<NightItem> items, List<BoardNow> boards) {
        this.store = store;
        this.night = night;
        this.policy = policy;
        this.items = List.copyOf(items);
        this.boards = List.copyOf(boards);
    }

    Morning morning(Instant now) {
        Morning.Counts counts = counts();
        Conditions conditions = new Conditions(store, items, boards, now);
        List<Regression> regressions = regressions();
        return new Morning(
                Morning.SCHEMA,
                night.bench(),
                night.suite(),
                night.id(),
                night.plannedAt(),
                now,
                dataAsOf(),
                counts,
                outcome(counts),
                new Attentions(store.nights(), night, items, conditions.rows()).list(),
                regressions,
                changes(),
                items.stream().map(NightItem::cell).toList(),
                conditions.rows(),
                trends());
    }

    private Morning.Counts counts() {
        return new Morning.Counts(
                items.size(),
                count(item -> item.run().isPresent()),
                count(item -> item.state() == CellState.WORSE),
                count(item -> isUndecided(item.state())),
                count(item -> item.state() == CellState.FAULT),
                count(item -> item.state() == CellState.MISSING),
                count(item -> item.verdicts().stream().anyMatch(each -> each.verdict() == Verdict.UNSHOWN)),
                count(NightItem::isFlaky));
    }

    private int count(Predicate<NightItem> which) {
        return (int) items.stream().filter(which).count();
    }

    /** What nobody could judge is somebody's to decide. */
    private static boolean isUndecided(CellState state) {
        return state == CellState.OPEN || state == CellState.NOT_COMPARABLE || state == CellState.NO_BASELINE;
    }

    private static Morning.Outcome outcome(Morning.Counts counts) {
        if (counts.regressed() > 0) {
            return Morning.Outcome.REGRESSED;
        }
        if (counts.missing() + counts.faulty() > 0) {
            return Morning.Outcome.INCOMPLETE;
        }
        return counts.open() > 0 ? Morning.Outcome.OPEN : Morning.Outcome.CLEAN;
    }

    private Optional<Instant> dataAsOf() {
        return items.stream()
                .flatMap(item -> item.run().stream())
                .map(run -> run.result()
                        .run()
                        .time()
                        .plus(Duration.ofMillis(run.result().outcome().runHostMs())))
                .max(Instant::compareTo);
    }

    private List<Regression> regressions() {
        List<Regression> regressions = new ArrayList<>();
        for (NightItem item : items) {
            for (MetricVerdict verdict : item.verdicts()) {
                if (verdict.verdict() == Verdict.WORSE && item.state() == CellState.WORSE) {
                    regressions.add(new Regression(
                            item.model(),
                            item.dataSet(),
                            item.board().orElse(""),
                            item.runId().orElse(""),
                            verdict,
                            store.nights()
                                    .since(
                                            night,
                                            item.model(),
                                            verdict.metric() + " "
                                                    + verdict.verdict().label()),
                            item.comparison().map(Comparison::changes).orElse(List.of()).stream()
                                    .filter(change -> !OF_THE_BOARD.contains(change.field()))
                                    .toList(),
                            isSeenElsewhere(item, verdict.metric())));
                }
            }
        }
        return regressions;
    }

    /** An accuracy is the bundle's: whoever ran it in parity has it too. */
    private Optional<Boolean> isSeenElsewhere(NightItem item, String metric) {
        List<NightItem> others = items.stream()
                .filter(other -> other.isOf(item) && other.ranElsewhere(item))
                .toList();
        if (others.isEmpty()) {
            return Optional.empty();
        }
        String telling = metric.equals("accuracy") ? "parity" : metric;
        Verdict same = metric.equals("accuracy") ? Verdict.EQUAL : Verdict.WORSE;
        return Optional.of(others.stream()
                .flatMap(other -> other.verdicts().stream())
                .anyMatch(other -> other.metric().equals(telling) && other.verdict() == same));
    }

    /** Of each network once. */
    private List<Provenance> changes() {
        Map<String, Provenance> changes = new LinkedHashMap<>();
        for (NightItem item : items) {
            item.comparison().map(Comparison::changes).orElse(List.of()).stream()
                    .filter(change -> !OF_THE_BOARD.contains(change.field()))
                    .forEach(change -> changes.putIfAbsent(
                            item.model() + " " + item.dataSet() + " " + change,
                            new Provenance(item.model(), item.dataSet(), change)));
        }
        return List.copyOf(changes.values());
    }

    private List<Trend> trends() {
        Map<String, NightItem> networks = new LinkedHashMap<>();
        items.forEach(item -> networks.merge(
                item.model() + " " + item.dataSet(),
                item,
                (first, next) -> first.run().isPresent() ? first : next));
        return networks.values().stream().map(this::trend).toList();
    }

    private Trend trend(NightItem item) {
        List<Point> points = new ArrayList<>();
        points.add(new Point(night.plannedAt(), item.accuracy(), item.cycles(), item.state()));
        for (Past past : store.nights().past(night, item.model(), item.dataSet(), NIGHTS - 1)) {
            points.add(new Point(
                    past.night(),
                    past.accuracy(),
                    past.cyclesP50(),
                    CellState.valueOf(past.state().toUpperCase(Locale.ROOT).replace('-', '_'))));
        }
        Collections.reverse(points);
        NightItem baseline = new NightItem(item.planned(), item.baseline(), Optional.empty(), Optional.empty());
        return new Trend(
                item.model(),
                item.dataSet(),
                item.baseline().isPresent() ? baseline.accuracy() : OptionalDouble.empty(),
                policy.equalWithinPoints(),
                item.baseline().isPresent() ? baseline.cycles() : OptionalLong.empty(),
                policy.cyclesPercent(),
                points);
    }
}
