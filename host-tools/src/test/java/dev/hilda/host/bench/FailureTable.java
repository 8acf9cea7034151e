// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of failures in the documentation: what each fault is told as. */
final class FailureTable {
    private static final Path FILE = Path.of("..", "agent", "docs", "failures.md");
    private static final String HEAD = "| fault | kind | code | cause | remedy |";
    private static final String RULE = "|---|---|---|---|---|";
    private static final int COLUMNS = 5;

    private final Map<String, FailureRow> rows = new LinkedHashMap<>();
    private final List<String> before = new ArrayList<>();
    private final List<String> after = new ArrayList<>();

    private FailureTable() {}

    static FailureTable read() throws IOException {
        FailureTable table = new FailureTable();
        List<String> lines = Files.readAllLines(FILE);
        int head = lines.indexOf(HEAD);
        if (head < 0) {
            throw new IOException(FILE + " has no line " + HEAD);
        }
        table.before.addAll(lines.subList(0, head));
        int end = head + 2;
        for (; end < lines.size() && lines.get(end).startsWith("|"); end++) {
            FailureRow row = row(lines.get(end));
            table.rows.put(row.fault(), row);
        }
        table.after.addAll(lines.subList(Math.min(end, lines.size()), lines.size()));
        return table;
    }

    /** The committed row; an empty one where there is none. */
    FailureRow row(FailureRow like) {
        return rows.getOrDefault(like.fault(), new FailureRow(like.fault(), "", -1, "", ""));
    }

    List<String> faults() {
        return List.copyOf(rows.keySet());
    }

    /** Puts rows into the file, in the order of the catalogue; of faults that are none any more, they go. */
    void rewrite(List<FailureRow> found, List<String> order) throws IOException {
        found.forEach(row -> rows.put(row.fault(), row));
        List<String> lines = new ArrayList<>(before);
        lines.add(HEAD);
        lines.add(RULE);
        order.stream()
                .filter(rows::containsKey)
                .map(rows::get)
                .map(FailureTable::line)
                .forEach(lines::add);
        lines.addAll(after);
        Files.write(FILE, lines);
    }

    static String line(FailureRow row) {
        return List.of(row.fault(), row.kind(), String.valueOf(row.exitCode()), row.cause(), row.remedy()).stream()
                .map(text -> " " + text.replace("|", "\\|") + " ")
                .collect(Collectors.joining("|", "|", "|"));
    }

    private static FailureRow row(String line) {
        String[] cells = line.split("(?<!\\\\)\\|", -1);
        if (cells.length != COLUMNS + 2) {
            throw new IllegalStateException(FILE + ": expected " + COLUMNS + " cells in " + line);
        }
        List<String> texts = new ArrayList<>();
        for (String cell : cells) {
            texts.add(cell.strip().replace("\\|", "|"));
        }
        return new FailureRow(texts.get(1), texts.get(2), Integer.parseInt(texts.get(3)), texts.get(4), texts.get(5));
    }
}
