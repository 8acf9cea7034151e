// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.CellSign.Tone;
import dev.hilda.agent.report.Morning.BoardCondition;
import dev.hilda.agent.report.Morning.Provenance;
import dev.hilda.agent.report.Morning.Regression;
import dev.hilda.agent.report.Morning.Trend;
import dev.hilda.agent.report.ReportTable.Entry;
import dev.hilda.agent.verdict.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is in each part of a night's page, whatever it is rendered as. */
record MorningTables(Morning morning, Sentence sentence) {
    private static final String MODEL = "Model";
    private static final Set<String> BAD_STATES = Set.of("faulted", "lost", "quarantined");
    private static final double NEARLY_WORN = 0.8;
    private static final double MANY_TIMES = 2;

    ReportTable of(Section section) {
        return switch (section) {
            case ATTENTION -> attention();
            case REGRESSIONS -> regressions();
            case CHANGES -> changes();
            case GRID -> new MorningGrid(morning).table();
            case BOARDS -> boards();
            case TREND -> trends();
        };
    }

    private ReportTable attention() {
        return new ReportTable(
                List.of("What", "Command", "Since"),
                morning.attention().stream()
                        .map(each -> List.of(
                                Entry.of(each.what(), Tone.WARNING),
                                Entry.command(each.command()),
                                Entry.of(Wording.minute(each.since()))))
                        .toList());
    }

    private ReportTable regressions() {
        return new ReportTable(
                List.of(MODEL, "Figure", "Change", "Board", "First night", "What changed", "On another board"),
                morning.regressions().stream().map(MorningTables::regression).toList());
    }

    private static List<Entry> regression(Regression regression) {
        return List.of(
                Entry.network(regression.model(), regression.dataSet()),
                Entry.of(regression.verdict().metric()),
                Entry.of(Wording.change(regression.verdict()), Tone.BAD),
                Entry.of(regression.boardSerial()),
                Entry.of(Wording.day(regression.firstNight())),
                Entry.of(regression.provenance().stream().map(Change::toString).collect(Collectors.joining("; "))),
                Entry.of(regression
                        .isSeenElsewhere()
                        .map(seen -> seen ? "yes" : "no")
                        .orElse("not run")));
    }

    /** Of many networks that a new compiler built, one row. */
    private ReportTable changes() {
        Map<Change, List<String>> networks = new LinkedHashMap<>();
        for (Provenance each : morning.changes()) {
            networks.computeIfAbsent(each.change(), change -> new ArrayList<>())
                    .add(each.model() + " on " + each.dataSet());
        }
        List<List<Entry>> rows = new ArrayList<>();
        networks.forEach((change, of) ->
                rows.add(List.of(Entry.of(change.toString()), Entry.of(of.size() + ": " + String.join(", ", of)))));
        return new ReportTable(List.of("What", "Of networks"), rows);
    }

    private ReportTable boards() {
        return new ReportTable(
                List.of(
                        "Board",
                        "Serial number",
                        "State",
                        "Holder",
                        "Last good run",
                        "Link errors",
                        "Usual",
                        "Wear",
                        "Worn out",
                        "Clock error"),
                morning.boards().stream().map(this::board).toList());
    }

    private List<Entry> board(BoardCondition board) {
        double usual = board.usualLinkErrors().orElse(0);
        boolean isMany = board.usualLinkErrors().isPresent() && board.linkErrors() > MANY_TIMES * usual + 1;
        double wear = board.wearShare().orElse(0);
        Tone wearTone = wear >= 1 ? Tone.BAD : wear >= NEARLY_WORN ? Tone.WARNING : Tone.QUIET;
        return List.of(
                Entry.of(board.board()),
                Entry.of(board.serial()),
                Entry.of(board.state(), BAD_STATES.contains(board.state()) ? Tone.BAD : Tone.QUIET),
                Entry.of(board.holder().orElse("")),
                board.lastGoodRun()
                        .map(time -> Entry.of(Wording.minute(time), tone(time)))
                        .orElse(Entry.of("never", Tone.WARNING)),
                Entry.of(Wording.count(board.linkErrors()), isMany ? Tone.WARNING : Tone.QUIET),
                Entry.of(board.usualLinkErrors().isPresent() ? Wording.signed("%.1f", usual) : ""),
                Entry.of(Wording.percent(board.wearShare()), wearTone),
                Entry.of(board.wornOutAt().map(Wording::day).orElse("")),
                Entry.of(
                        board.clockErrorPpm().isPresent()
                                ? Wording.signed(
                                        "%+.0f ppm", board.clockErrorPpm().getAsDouble())
                                : ""));
    }

    private Tone tone(Instant lastGood) {
        return Duration.between(lastGood, sentence.now()).compareTo(Sentence.STALE) > 0 ? Tone.WARNING : Tone.QUIET;
    }

    private ReportTable trends() {
        return new ReportTable(
                List.of(MODEL, "Nights", "Accuracy", "Baseline", "Cycles", "Baseline", "Night by night"),
                morning.trends().stream().map(MorningTables::trend).toList());
    }

    private static List<Entry> trend(Trend trend) {
        TrendFigures figures = new TrendFigures(trend);
        return List.of(
                Entry.network(trend.model(), trend.dataSet()),
                Entry.of(Wording.count(trend.points().size())),
                Entry.of(Wording.percent(figures.lastAccuracy())),
                Entry.of(Wording.percent(trend.baselineAccuracy())),
                Entry.of(Wording.count(figures.lastCycles())),
                Entry.of(Wording.count(trend.baselineCycles())),
                Entry.of(trend.points().stream()
                        .map(point -> CellSign.of(point.state()).sign())
                        .collect(Collectors.joining())));
    }
}
