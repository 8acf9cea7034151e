// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.CellSign.Tone;
import dev.hilda.agent.report.ReportTable.Entry;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A judged night as one comment of a pull request. What is too long for GitHub is left out, and that is said. */
public final class MorningMarkdown {
    /** GitHub takes 65,536 characters. */
    static final int MOST_CHARACTERS = 65_000;

    private static final int MOST_OF_A_LINE = 400;
    private static final int MOST_COLUMNS = 40;
    private static final int[] ROWS = {1000, 200, 100, 50, 20, 10, 5, 2, 0};

    private final Morning morning;
    private final Sentence sentence;
    private final Map<Section, ReportTable> tables = new EnumMap<>(Section.class);

    private MorningMarkdown(Morning morning, Instant now) {
        this.morning = morning;
        this.sentence = Sentence.of(morning, now);
        MorningTables all = new MorningTables(morning, sentence);
        for (Section section : Section.values()) {
            tables.put(section, all.of(section));
        }
    }

    /** As it is when the night was judged. */
    public static String of(Morning morning) {
        return of(morning, morning.time());
    }

    /** As it is for who reads it later. */
    public static String of(Morning morning, Instant now) {
        MorningMarkdown markdown = new MorningMarkdown(morning, now);
        String text = "";
        for (int rows : ROWS) {
            text = markdown.text(rows);
            if (text.length() <= MOST_CHARACTERS) {
                break;
            }
        }
        return text;
    }

    /** What a comment begins with, so that whoever posts the next one finds it. */
    public static String marker(String suite) {
        return "<!-- hilda suite " + suite.replaceAll("[^A-Za-z0-9._]", "_") + " -->";
    }

    private String text(int rows) {
        StringBuilder text = new StringBuilder(marker(morning.suite()))
                .append("\n### ")
                .append(escaped(MorningHtml.title(morning)))
                .append(": ")
                .append(morning.outcome().label().toUpperCase(Locale.ROOT))
                .append("\n\n")
                .append(sentence.isStale() ? "**Stale:** " : "")
                .append(escaped(sentence.toString()))
                .append('\n');
        tables.forEach((section, table) -> text.append("\n#### ")
                .append(section.heading())
                .append("\n\n")
                .append(table.rows().isEmpty() ? section.nothing() + "\n" : table(table, rows)));
        return text.toString();
    }

    private static String table(ReportTable table, int most) {
        int rows = table.columns().size() > MOST_COLUMNS
                ? 0
                : Math.min(most, table.rows().size());
        int left = table.rows().size() - rows;
        String rest = left == 0
                ? ""
                : (rows > 0 ? "\n" : "") + left + (rows > 0 ? " more" : "") + (left == 1 ? " row is" : " rows are")
                        + " on the HTML page only.\n";
        return rows == 0 ? rest : whole(table.limit(rows)) + rest;
    }

    private static String whole(ReportTable table) {
        StringBuilder text = new StringBuilder();
        text.append(row(table.columns().stream().map(MorningMarkdown::escaped).toList()));
        text.append(row(table.columns().stream().map(column -> "---").toList()));
        for (List<Entry> row : table.rows()) {
            text.append(row(row.stream().map(MorningMarkdown::entry).toList()));
        }
        return text.toString();
    }

    private static String row(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String entry(Entry entry) {
        if (entry.lines().isEmpty()) {
            return "";
        }
        if (entry.isCommand()) {
            return MarkdownText.code(Legible.line(entry.lines().get(0), MOST_OF_A_LINE));
        }
        String first = escaped(entry.lines().get(0));
        String told = entry.tone() == Tone.BAD ? "<b>" + first + "</b>" : first;
        String badge = entry.badge().map(timing -> " _" + escaped(timing) + "_").orElse("");
        String more = entry.lines().stream()
                .skip(1)
                .map(line -> "<br>" + escaped(line))
                .collect(Collectors.joining());
        return told + badge + more;
    }

    private static String escaped(String text) {
        return MarkdownText.of(Legible.line(text, MOST_OF_A_LINE));
    }
}
