// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.Morning.Cell;
import dev.hilda.agent.verdict.MetricVerdict;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A judged night as JUnit XML, which GitHub, GitLab and Jenkins show as tests: a case for each item of the plan. Regressed is a
 * failure; a fault of the bench or a run that is missing an error; what nobody can judge or has decided yet is skipped.
 */
public final class MorningJunit {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private MorningJunit() {}

    /** The document. */
    public static String of(Morning morning) {
        Element suite = counted(Element.of("testsuite").with("name", morning.suite()), morning.grid())
                .with("timestamp", TIME.format(morning.time().truncatedTo(ChronoUnit.SECONDS)))
                .with("hostname", morning.bench())
                .add(Element.of("properties")
                        .add(property("sentence", Sentence.of(morning).toString()))
                        .add(property("outcome", morning.outcome().label()))
                        .add(property("night", morning.nightId())));
        Map<String, Integer> named = new HashMap<>();
        morning.grid().forEach(cell -> suite.add(testCase(cell, morning.suite(), named)));
        Element root = counted(Element.of("testsuites").with("name", "hilda"), morning.grid())
                .add(suite);
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root + "\n";
    }

    /** What a case of a state is called in JUnit; empty where it passed. */
    private static String kind(CellState state) {
        return switch (state) {
            case EQUAL, BETTER, UNSHOWN -> "";
            case WORSE -> "failure";
            case FAULT, MISSING -> "error";
            case OPEN, NOT_COMPARABLE, NO_BASELINE -> "skipped";
        };
    }

    private static Element counted(Element element, List<Cell> cells) {
        return element.with("tests", String.valueOf(cells.size()))
                .with("failures", count(cells, "failure"))
                .with("errors", count(cells, "error"))
                .with("skipped", count(cells, "skipped"));
    }

    private static String count(List<Cell> cells, String kind) {
        return String.valueOf(
                cells.stream().filter(cell -> kind(cell.state()).equals(kind)).count());
    }

    private static Element property(String name, String value) {
        return Element.of("property").with("name", name).with("value", value);
    }

    private static Element testCase(Cell cell, String suite, Map<String, Integer> named) {
        String item = cell.model() + " on " + cell.dataSet()
                + cell.boardSerial().map(serial -> " at " + serial).orElse("");
        int same = named.merge(item, 1, Integer::sum);
        Element element =
                Element.of("testcase").with("classname", suite).with("name", same == 1 ? item : item + " #" + same);
        String kind = kind(cell.state());
        if (!kind.isEmpty()) {
            Element told = Element.of(kind).with("message", message(cell));
            if (!kind.equals("skipped")) {
                told.with("type", cell.state().label());
            }
            element.add(told.text(details(cell)));
        } else {
            element.add(Element.of("system-out", message(cell) + "\n" + details(cell)));
        }
        return element;
    }

    private static String message(Cell cell) {
        String why = MorningGrid.reason(cell);
        String word = CellSign.of(cell.state()).word();
        return why.isEmpty() ? word : word + ": " + why;
    }

    private static String details(Cell cell) {
        StringBuilder text = new StringBuilder();
        cell.runId().ifPresent(id -> text.append("run ").append(id).append('\n'));
        cell.baselineRunId().ifPresent(id -> text.append("baseline ").append(id).append('\n'));
        cell.timing().ifPresent(timing -> text.append("timing ").append(timing).append('\n'));
        for (MetricVerdict verdict : cell.verdicts()) {
            text.append(verdict.metric())
                    .append(' ')
                    .append(verdict.verdict().label())
                    .append(verdict.figures().isPresent() ? ", " + Wording.change(verdict) : "")
                    .append(": ")
                    .append(verdict.reason())
                    .append('\n');
        }
        return text.toString();
    }
}
