// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.CellSign.Tone;
import dev.hilda.agent.report.Morning.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A judged night as a page in one file. */
public final class MorningHtml {
    /** Whoever opens the page days later sees red, where scripts run; the rest needs none. */
    private static final String AGEING = "(function () { var time = document.querySelector('time.as-of');"
            + " if (time) { if (Date.now() - Date.parse(time.dateTime) > " + Sentence.STALE.toMillis()
            + ") { time.classList.add('stale'); } } })();";

    private MorningHtml() {}

    /** As it is when the night was judged. */
    public static String of(Morning morning) {
        return of(morning, morning.time());
    }

    /** As it is for who reads it later. */
    public static String of(Morning morning, Instant now) {
        Sentence sentence = Sentence.of(morning, now);
        MorningTables tables = new MorningTables(morning, sentence);
        Element main =
                Element.of("main").add(heading(morning)).add(sentence(sentence)).add(origin(morning));
        for (Section section : Section.values()) {
            main.add(HtmlPage.section(section.heading(), content(morning, section, tables.of(section))));
        }
        return HtmlPage.of(title(morning) + ": " + sentence, main.add(Element.code("script", AGEING)));
    }

    static String title(Morning morning) {
        return morning.suite() + " on " + morning.bench();
    }

    private static Element heading(Morning morning) {
        return Element.of("h1", title(morning) + " ")
                .add(Element.of("span", morning.outcome().label())
                        .with("class", "outcome " + HtmlPage.tone(tone(morning.outcome()))));
    }

    private static Tone tone(Outcome outcome) {
        return switch (outcome) {
            case REGRESSED, INCOMPLETE -> Tone.BAD;
            case OPEN -> Tone.WARNING;
            case CLEAN -> Tone.GOOD;
        };
    }

    private static Element sentence(Sentence sentence) {
        String look = sentence.isStale() ? "as-of stale" : "as-of";
        Element age = sentence.dataAsOf()
                .map(time -> Element.of("time").with("datetime", time.toString()))
                .orElse(Element.of("span"));
        return Element.of("p", sentence.items() + ", ")
                .with("class", "sentence")
                .add(age.with("class", look).text(sentence.age()));
    }

    private static Element origin(Morning morning) {
        return Element.of(
                        "p",
                        "planned " + Wording.minute(morning.plannedAt()) + ", judged " + Wording.minute(morning.time())
                                + ", night " + morning.nightId())
                .with("class", "faint");
    }

    private static List<Element> content(Morning morning, Section section, ReportTable table) {
        if (table.rows().isEmpty()) {
            return List.of(Element.of("p", section.nothing()).with("class", "faint"));
        }
        List<Element> content = new ArrayList<>();
        if (section == Section.TREND) {
            Element charts = Element.of("div").with("class", "charts");
            morning.trends().forEach(trend -> charts.add(TrendChart.of(trend)));
            content.add(charts);
        }
        content.add(HtmlPage.table(section.heading(), table));
        return content;
    }
}
