// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.report.Morning.BoardCondition;
import dev.hilda.agent.result.ClockResult;
import dev.hilda.agent.result.LinkCounters;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.result.WornFlash;
import dev.hilda.agent.store.RunQuery;
import dev.hilda.agent.store.RunSummary;
import dev.hilda.agent.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** How the boards of a night are: those of the bench, and those that ran or were to run something. */
final class Conditions {
    /** Enough runs for a median; more would only be read slowly. */
    private static final int RUNS = 60;

    private static final Duration PACE = Duration.ofDays(30);
    private static final double MILLION = 1e6;

    private final Store store;
    private final List<NightItem> items;
    private final Instant now;
    private final List<BoardCondition> rows = new ArrayList<>();

    Conditions(Store store, List<NightItem> items, List<BoardNow> boards, Instant now) {
        this.store = store;
        this.items = items;
        this.now = now;
        Map<String, BoardNow> all = new LinkedHashMap<>();
        boards.forEach(board -> all.put(board.serial(), board));
        items.forEach(item ->
                item.board().ifPresent(serial -> all.computeIfAbsent(serial, unseen -> ofAnotherBench(serial))));
        all.values().forEach(board -> rows.add(condition(board)));
    }

    List<BoardCondition> rows() {
        return List.copyOf(rows);
    }

    private List<RunSummary> summaries(String serial) {
        return store.runs(new RunQuery(Optional.empty(), Optional.of(serial), RUNS));
    }

    private BoardNow ofAnotherBench(String serial) {
        String state = store.nights().takesJobs(serial) ? "ready" : "lost";
        return new BoardNow(serial, profile(serial), state, Optional.empty());
    }

    private String profile(String serial) {
        return summaries(serial).stream().findFirst().map(RunSummary::board).orElse("");
    }

    private BoardCondition condition(BoardNow board) {
        Set<String> tonight = items.stream()
                .filter(item -> item.board().equals(Optional.of(board.serial())))
                .flatMap(item -> item.runId().stream())
                .collect(Collectors.toSet());
        List<RunResult> results = summaries(board.serial()).stream()
                .flatMap(run -> store.document(run.runId()).stream())
                .flatMap(document -> parsed(document).stream())
                .toList();
        Optional<WornFlash> worn = store.flashes().worn(board.serial());
        return new BoardCondition(
                board.serial(),
                board.board(),
                board.state(),
                board.holder(),
                lastGood(results),
                results.stream()
                        .filter(result -> tonight.contains(result.run().runId()))
                        .mapToLong(Conditions::linkErrors)
                        .sum(),
                usualErrors(results, tonight),
                worn.map(found -> OptionalDouble.of((double) found.erases() / found.enduranceCycles()))
                        .orElseGet(OptionalDouble::empty),
                worn.flatMap(found -> wornOut(found, results)),
                clockError(results));
    }

    private static Optional<RunResult> parsed(String document) {
        try {
            return Result.parse(document) instanceof RunResult run ? Optional.of(run) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty(); // Of another version: its figures are not needed that much.
        }
    }

    private static Optional<Instant> lastGood(List<RunResult> newestFirst) {
        return newestFirst.stream()
                .filter(result -> result.outcome().passed())
                .findFirst()
                .map(result -> result.run()
                        .time()
                        .plus(Duration.ofMillis(result.outcome().runHostMs())));
    }

    private static long linkErrors(RunResult result) {
        return result.counters().map(Conditions::linkErrors).orElse(0L);
    }

    private static long linkErrors(LinkCounters link) {
        return link.hostCrcErrors() + link.hostRetransmits() + link.boardCrcErrors() + link.boardRetransmits();
    }

    /** Of a run before this night, times the runs of this night. */
    private static OptionalDouble usualErrors(List<RunResult> results, Set<String> tonight) {
        double[] errors = results.stream()
                .filter(result -> !tonight.contains(result.run().runId()))
                .mapToDouble(Conditions::linkErrors)
                .sorted()
                .toArray();
        if (errors.length == 0) {
            return OptionalDouble.empty();
        }
        double median = (errors[(errors.length - 1) / 2] + errors[errors.length / 2]) / 2;
        return OptionalDouble.of(median * tonight.size());
    }

    /** Each flash of the last days erased the worst sector once, or less. */
    private Optional<Instant> wornOut(WornFlash worn, List<RunResult> results) {
        long flashes = results.stream()
                .filter(result -> result.run().time().isAfter(now.minus(PACE)))
                .filter(result -> result.flash()
                        .map(flash -> flash.flashSectorsErased() > 0)
                        .orElse(false))
                .count();
        if (flashes == 0) {
            return Optional.empty();
        }
        long left = Math.max(0, worn.enduranceCycles() - worn.erases());
        return Optional.of(now.plusSeconds(left * PACE.toSeconds() / flashes));
    }

    private static OptionalDouble clockError(List<RunResult> newestFirst) {
        return newestFirst.stream()
                .filter(result -> result.clock().isPresent() && result.board().isPresent())
                .findFirst()
                .map(result -> error(result.clock().get(), result.board().get().coreClockHz()))
                .map(OptionalDouble::of)
                .orElseGet(OptionalDouble::empty);
    }

    private static double error(ClockResult clock, long nominalHz) {
        return MILLION * (clock.coreClockByHostHz() - nominalHz) / nominalHz;
    }
}
