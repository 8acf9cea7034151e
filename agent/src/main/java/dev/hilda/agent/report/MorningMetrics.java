// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.Morning.BoardCondition;
import dev.hilda.agent.report.Morning.Cell;
import dev.hilda.agent.report.Morning.Counts;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A judged night as OpenMetrics text, for a textfile collector or a push gateway. As many series as the plan has places and the
 * bench boards; runs and nights are no labels.
 */
public final class MorningMetrics {
    private final Map<String, String> night;
    private final StringBuilder text = new StringBuilder();

    /** Of the family that is being written: each series once. */
    private final Map<String, Double> series = new LinkedHashMap<>();

    private MorningMetrics(Morning morning) {
        this.night = labels("bench", morning.bench(), "suite", morning.suite());
    }

    /** The document. */
    public static String of(Morning morning) {
        MorningMetrics metrics = new MorningMetrics(morning);
        metrics.night(morning);
        metrics.cells(morning);
        metrics.boards(morning);
        return metrics.text.append("# EOF\n").toString();
    }

    private void night(Morning morning) {
        Counts counts = morning.counts();
        Map<String, Integer> items = new LinkedHashMap<>();
        items.put("planned", counts.planned());
        items.put("ran", counts.ran());
        items.put("regressed", counts.regressed());
        items.put("open", counts.open());
        items.put("missing", counts.missing());
        items.put("faulty", counts.faulty());
        items.put("unshown", counts.unshown());
        items.put("flaky", counts.flaky());
        items.forEach((kind, count) -> add("hilda_night_items", count, "kind", kind));
        family("hilda_night_items", "", "Items of the last night's plan.");
        for (Morning.Outcome outcome : Morning.Outcome.values()) {
            add("hilda_night_outcome", outcome == morning.outcome() ? 1 : 0, "outcome", outcome.label());
        }
        family("hilda_night_outcome", "", "1 for what the last night came to.");
        add("hilda_night_judged_timestamp_seconds", seconds(morning.time()));
        family("hilda_night_judged_timestamp_seconds", "seconds", "When the last night was judged.");
        morning.dataAsOf().ifPresent(time -> add("hilda_night_data_timestamp_seconds", seconds(time)));
        family("hilda_night_data_timestamp_seconds", "seconds", "End of the last night's last run.");
    }

    private void cells(Morning morning) {
        for (Cell cell : morning.grid()) {
            add("hilda_cell_items", 1, place(cell, "state", cell.state().label()));
        }
        family("hilda_cell_items", "", "Items of the plan by place and by what they came to.");
        for (Cell cell : morning.grid()) {
            cell.accuracy().ifPresent(share -> once("hilda_cell_accuracy_ratio", share, place(cell)));
        }
        family("hilda_cell_accuracy_ratio", "ratio", "Accuracy by the metric of the data set.");
        for (Cell cell : morning.grid()) {
            String timing = cell.timing().orElse("unknown");
            cell.cyclesP50()
                    .ifPresent(cycles -> once("hilda_cell_cycles", (double) cycles, place(cell, "timing", timing)));
        }
        family("hilda_cell_cycles", "cycles", "Median cycles of an inference.");
    }

    private void boards(Morning morning) {
        for (BoardCondition board : morning.boards()) {
            once("hilda_board_state", 1, board(board, "state", board.state()));
        }
        family("hilda_board_state", "", "1 for the state that the board is in.");
        for (BoardCondition board : morning.boards()) {
            once("hilda_board_link_errors", (double) board.linkErrors(), board(board));
        }
        family("hilda_board_link_errors", "", "Frames that were sent again or broken in the last night.");
        for (BoardCondition board : morning.boards()) {
            measured("hilda_board_usual_link_errors", board.usualLinkErrors(), board);
        }
        family("hilda_board_usual_link_errors", "", "Median of link errors of the nights before.");
        for (BoardCondition board : morning.boards()) {
            measured("hilda_board_wear_ratio", board.wearShare(), board);
        }
        family("hilda_board_wear_ratio", "ratio", "Erases of the worst sector by the endurance of its flash.");
        for (BoardCondition board : morning.boards()) {
            measured("hilda_board_clock_error_ppm", board.clockErrorPpm(), board);
        }
        family("hilda_board_clock_error_ppm", "ppm", "Core clock against the host's.");
        for (BoardCondition board : morning.boards()) {
            board.lastGoodRun()
                    .ifPresent(
                            time -> once("hilda_board_last_good_run_timestamp_seconds", seconds(time), board(board)));
        }
        family("hilda_board_last_good_run_timestamp_seconds", "seconds", "End of the last run that passed.");
    }

    private void measured(String name, OptionalDouble value, BoardCondition board) {
        value.ifPresent(number -> once(name, number, board(board)));
    }

    private static String[] place(Cell cell, String... more) {
        return joined(
                more,
                "model",
                cell.model(),
                "data_set",
                cell.dataSet(),
                "board_serial",
                cell.boardSerial().orElse(""));
    }

    private static String[] board(BoardCondition board, String... more) {
        return joined(more, "board", board.board(), "board_serial", board.serial());
    }

    private static String[] joined(String[] more, String... labels) {
        String[] all = Arrays.copyOf(labels, labels.length + more.length);
        System.arraycopy(more, 0, all, labels.length, more.length);
        return all;
    }

    private static Map<String, String> labels(String... namesAndValues) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int index = 0; index < namesAndValues.length; index += 2) {
            labels.put(namesAndValues[index], namesAndValues[index + 1]);
        }
        return labels;
    }

    /** Counts on where there is one of the same labels. */
    private void add(String name, double value, String... labels) {
        series.merge(line(name, labels), value, Double::sum);
    }

    /** The first one's value stays. */
    private void once(String name, double value, String... labels) {
        series.putIfAbsent(line(name, labels), value);
    }

    private String line(String name, String... labels) {
        Map<String, String> all = new LinkedHashMap<>(night);
        all.putAll(labels(labels));
        StringBuilder line = new StringBuilder(name).append('{');
        all.forEach((label, value) -> line.append(line.charAt(line.length() - 1) == '{' ? "" : ",")
                .append(label)
                .append("=\"")
                .append(escaped(value))
                .append('"'));
        return line.append('}').toString();
    }

    /** Writes the series that were added; a family without any is left out. */
    private void family(String name, String unit, String help) {
        if (!series.isEmpty()) {
            text.append("# TYPE ").append(name).append(" gauge\n");
            if (!unit.isEmpty()) {
                text.append("# UNIT ").append(name).append(' ').append(unit).append('\n');
            }
            text.append("# HELP ").append(name).append(' ').append(help).append('\n');
            series.forEach((line, value) ->
                    text.append(line).append(' ').append(number(value)).append('\n'));
        }
        series.clear();
    }

    private static String number(double value) {
        return Double.isFinite(value) ? new BigDecimal(String.valueOf(value)).toPlainString() : "NaN";
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1000.0;
    }

    private static String escaped(String value) {
        return Legible.of(value).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
