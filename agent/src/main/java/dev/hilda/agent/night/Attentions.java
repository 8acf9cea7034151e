// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import dev.hilda.agent.report.CellState;
import dev.hilda.agent.report.Morning.Attention;
import dev.hilda.agent.report.Morning.BoardCondition;
import dev.hilda.agent.store.Night;
import dev.hilda.agent.store.StoredNights;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What needs a person: each thing once, with since when it was so and one command. */
record Attentions(StoredNights nights, Night night, List<NightItem> items, List<BoardCondition> boards) {
    private static final Set<CellState> CALM = Set.of(CellState.EQUAL, CellState.BETTER, CellState.UNSHOWN);
    private static final Set<String> AWAY = Set.of("quarantined", "lost", "faulted");
    private static final double WORN_SHARE = 0.8;

    List<Attention> list() {
        List<Attention> list = new ArrayList<>();
        for (CellState state : CellState.values()) {
            if (!CALM.contains(state)) {
                items(state).values().forEach(same -> list.add(attention(state, same)));
            }
        }
        boards.stream()
                .filter(board -> AWAY.contains(board.state()))
                .map(this::away)
                .forEach(list::add);
        boards.stream()
                .filter(board -> board.wearShare().orElse(0) >= WORN_SHARE)
                .map(this::worn)
                .forEach(list::add);
        items.stream().filter(NightItem::isFlaky).map(this::flaky).forEach(list::add);
        return list;
    }

    /** Boards of one network with the same reason are one thing. */
    private Map<String, List<NightItem>> items(CellState state) {
        Map<String, List<NightItem>> same = new LinkedHashMap<>();
        items.stream()
                .filter(item -> item.state() == state)
                .forEach(item -> same.computeIfAbsent(
                                item.model() + " " + item.dataSet() + " " + item.reason(), key -> new ArrayList<>())
                        .add(item));
        return same;
    }

    private Attention attention(CellState state, List<NightItem> same) {
        NightItem first = same.get(0);
        String where = same.size() == 1
                ? first.board().map(board -> " on " + board).orElse("")
                : " on " + same.size() + " boards";
        return new Attention(
                first.model() + " with " + first.dataSet() + where + ": " + word(state) + "; " + first.reason(),
                since(first.model(), state.label()),
                command(state, first));
    }

    private static String word(CellState state) {
        return switch (state) {
            case WORSE -> "worse";
            case OPEN -> "to be decided";
            case NOT_COMPARABLE -> "cannot be compared";
            case FAULT -> "bench fault";
            case MISSING -> "did not run";
            case NO_BASELINE -> "nothing to compare with";
            case EQUAL, BETTER, UNSHOWN -> "fine";
        };
    }

    private static String command(CellState state, NightItem item) {
        Optional<String> run = item.runId();
        return switch (state) {
            case OPEN, NOT_COMPARABLE, NO_BASELINE -> "hilda baseline promote " + run.orElse("RUN");
            case MISSING -> "hilda board list";
            case FAULT -> "hilda runs " + run.orElse("");
            case WORSE, EQUAL, BETTER, UNSHOWN ->
                "hilda compare " + item.baselineRunId().orElse("") + " " + run.orElse("");
        };
    }

    private Instant since(String model, String what) {
        return nights.since(night, model, what);
    }

    private Attention away(BoardCondition board) {
        return new Attention(
                board.board() + " " + board.serial() + " is " + board.state()
                        + board.holder().map(holder -> " (" + holder + ")").orElse(""),
                board.lastGoodRun().orElse(night.plannedAt()),
                board.state().equals("lost") ? "hilda devices" : "hilda board release " + board.serial());
    }

    private Attention worn(BoardCondition board) {
        return new Attention(
                board.board() + " " + board.serial() + ": its flash has borne "
                        + Math.round(100 * board.wearShare().orElse(0)) + " % of what its datasheet promises",
                night.plannedAt(),
                "hilda board list");
    }

    private Attention flaky(NightItem item) {
        return new Attention(
                item.model() + " with " + item.dataSet() + ": flaky; it passed "
                        + (item.attempts() > 1
                                ? "at attempt " + item.attempts()
                                : "after its board had to be found again")
                        + item.board().map(board -> ", on " + board).orElse(""),
                night.plannedAt(),
                "hilda runs " + item.runId().orElse(""));
    }
}
