// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.CellSign.Tone;
import dev.hilda.agent.report.ReportTable.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A page that is one file: it asks for nothing and needs no script. */
final class HtmlPage {
    private static final String STYLE = style();

    /** From here on an entry gets a wide column. */
    private static final int LONG = 40;

    /** Up to here, as dates and serial numbers are, it is not broken. */
    private static final int SHORT = 25;

    private static final double HUNDRED = 100;
    private static final double LEAST_COLOUR = 0.35;

    private HtmlPage() {}

    private static String style() {
        try (InputStream css = Objects.requireNonNull(HtmlPage.class.getResourceAsStream("page.css"))) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static String of(String title, Element main) {
        Element head = Element.of("head")
                .add(Element.of("meta").with("charset", "utf-8"))
                .add(Element.of("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"))
                .add(Element.of("meta").with("name", "color-scheme").with("content", "light dark"))
                .add(Element.of("title", title))
                .add(Element.code("style", STYLE));
        Element html = Element.of("html")
                .with("lang", "en")
                .add(head)
                .add(Element.of("body").add(main));
        return "<!DOCTYPE html>\n" + html + "\n";
    }

    /** A heading with what stands below it. */
    static Element section(String heading, List<Element> content) {
        return Element.of("section").add(Element.of("h2", heading)).add(content);
    }

    /** In a frame of its own, so that a phone scrolls it sideways and not the page. */
    static Element table(String caption, ReportTable table) {
        Element head = Element.of("tr");
        table.columns().forEach(column -> head.add(Element.of("th", column).with("scope", "col")));
        Element body = Element.of("tbody");
        for (List<Entry> row : table.rows()) {
            Element line = Element.of("tr");
            for (int column = 0; column < row.size(); column++) {
                Element cell = column == 0 ? Element.of("th").with("scope", "row") : Element.of("td");
                line.add(filled(cell, row.get(column), column == 0));
            }
            body.add(line);
        }
        return scrolled(
                caption,
                Element.of("table")
                        .add(Element.of("caption", caption))
                        .add(Element.of("thead").add(head))
                        .add(body));
    }

    /** A table in its frame, which the keyboard reaches too. */
    static Element scrolled(String name, Element table) {
        return Element.of("div")
                .with("class", "scroll")
                .with("role", "region")
                .with("tabindex", "0")
                .with("aria-label", name)
                .add(table);
    }

    /** How strong a cell of a matrix is coloured; the least is to be seen. */
    static String share(double share) {
        return String.format(Locale.ROOT, "--share:%.2f", LEAST_COLOUR + (1 - LEAST_COLOUR) * share);
    }

    private static Element filled(Element cell, Entry entry, boolean isHeading) {
        List<String> lines = entry.lines();
        if (entry.bar().isPresent()) {
            return cell.with("class", "track").add(bar(entry.bar().getAsDouble()));
        }
        if (lines.isEmpty()) {
            return cell;
        }
        boolean isTold = !isHeading && entry.tone() != Tone.QUIET;
        String look = isTold ? tone(entry.tone()) : "";
        int longest = lines.stream().mapToInt(String::length).max().orElse(0);
        look = (look + (longest > LONG ? " long" : longest > SHORT ? "" : " short")).strip();
        if (!look.isEmpty()) {
            cell.with("class", look);
        }
        if (entry.isCommand()) {
            return cell.add(Element.of("code", lines.get(0)));
        }
        Element first = Element.of("span", lines.get(0));
        if (isTold) {
            first.with("class", tone(entry.tone()));
        }
        cell.add(first);
        entry.badge().ifPresent(badge -> cell.text(" ").add(badge(badge)));
        lines.stream().skip(1).forEach(line -> cell.add(Element.of("p").add(Element.of("small", line))));
        return cell;
    }

    /** Beside its figure, hence nothing that is read out. */
    private static Element bar(double share) {
        return Element.of("span")
                .with("class", "bar")
                .with("style", String.format(Locale.ROOT, "width:%.1f%%", HUNDRED * Math.min(1, share)));
    }

    /** Whether times are of silicon. */
    static Element badge(String timing) {
        return Element.of("span", timing).with("class", timing.equals("estimated") ? "badge estimated" : "badge");
    }

    /** Its class in the style sheet. */
    static String tone(Tone tone) {
        return tone.name().toLowerCase(Locale.ROOT);
    }
}
