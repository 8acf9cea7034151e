// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.Morning.BoardCondition;
import dev.hilda.agent.report.Morning.Cell;
import dev.hilda.agent.report.ReportTable.Entry;
import dev.hilda.agent.verdict.MetricVerdict;
import dev.hilda.agent.verdict.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A night's models by its boards. Items at the same place stand below one another. */
record MorningGrid(Morning morning) {
    private static final String ANY_BOARD = "any board";

    private record Row(String model, String dataSet) {}

    ReportTable table() {
        Map<Row, Map<Optional<String>, List<Cell>>> rows = new LinkedHashMap<>();
        for (Cell cell : morning.grid()) {
            rows.computeIfAbsent(new Row(cell.model(), cell.dataSet()), row -> new LinkedHashMap<>())
                    .computeIfAbsent(cell.boardSerial(), board -> new ArrayList<>())
                    .add(cell);
        }
        List<Optional<String>> boards = boards();
        List<String> columns = new ArrayList<>(List.of("Model"));
        boards.forEach(board -> columns.add(board.map(this::heading).orElse(ANY_BOARD)));
        List<List<Entry>> entries = new ArrayList<>();
        rows.forEach((row, cells) -> {
            List<Entry> line = new ArrayList<>(List.of(Entry.network(row.model, row.dataSet)));
            boards.forEach(board -> line.add(entry(cells.getOrDefault(board, List.of()))));
            entries.add(line);
        });
        return new ReportTable(columns, entries);
    }

    /** Those that are known, then others that something ran on. */
    private List<Optional<String>> boards() {
        Set<Optional<String>> planned = new LinkedHashSet<>();
        morning.grid().forEach(cell -> planned.add(cell.boardSerial()));
        Set<Optional<String>> boards = new LinkedHashSet<>();
        morning.boards().forEach(board -> boards.add(Optional.of(board.serial())));
        boards.retainAll(planned);
        planned.remove(Optional.<String>empty());
        boards.addAll(planned);
        if (morning.grid().stream().anyMatch(cell -> cell.boardSerial().isEmpty())) {
            boards.add(Optional.empty());
        }
        return List.copyOf(boards);
    }

    private String heading(String serial) {
        return morning.boards().stream()
                .filter(board -> board.serial().equals(serial))
                .map(BoardCondition::board)
                .findFirst()
                .map(board -> board + " " + serial)
                .orElse(serial);
    }

    private static Entry entry(List<Cell> cells) {
        if (cells.isEmpty()) {
            return Entry.NOTHING;
        }
        List<String> lines = new ArrayList<>();
        cells.forEach(cell -> lines.addAll(lines(cell)));
        // The gravest says what colour it is.
        CellState state = cells.stream()
                .map(Cell::state)
                .max((one, other) ->
                        CellSign.of(one).tone().compareTo(CellSign.of(other).tone()))
                .orElseThrow();
        return new Entry(lines, CellSign.of(state).tone())
                .with(cells.stream().flatMap(cell -> cell.timing().stream()).findFirst());
    }

    private static List<String> lines(Cell cell) {
        List<String> lines = new ArrayList<>(List.of(CellSign.of(cell.state()).toString()));
        List<String> figures = new ArrayList<>();
        cell.accuracy().ifPresent(share -> figures.add(Wording.percent(share)));
        cell.cyclesP50().ifPresent(cycles -> figures.add(Wording.count(cycles) + " cycles"));
        if (!figures.isEmpty()) {
            lines.add(String.join(", ", figures));
        }
        String reason = reason(cell);
        if (!reason.isEmpty()) {
            lines.add(reason);
        }
        if (cell.attempts() > 1) {
            lines.add(cell.attempts() + " attempts");
        }
        return lines;
    }

    /** In words: why it is what it is; nothing where there is nothing to tell. */
    static String reason(Cell cell) {
        if (!cell.reason().isEmpty()) {
            return cell.reason();
        }
        return switch (cell.state()) {
            case WORSE -> told(cell, Verdict.WORSE, verdict -> verdict.metric() + " " + Wording.change(verdict));
            case UNSHOWN -> told(cell, Verdict.UNSHOWN, MetricVerdict::reason);
            default -> "";
        };
    }

    private static String told(Cell cell, Verdict kind, Function<MetricVerdict, String> words) {
        return cell.verdicts().stream()
                .filter(verdict -> verdict.verdict() == kind)
                .map(words)
                .collect(Collectors.joining("; "));
    }
}
