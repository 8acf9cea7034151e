// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import java.util.List;
import java.util.Locale;

/** A table as a page that needs no other file: a plot of accuracy over weight bytes, and all figures. */
final class SweepPage {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int MARGIN = 60;
    private static final double PERCENT = 100;
    private static final List<String> COLOURS = List.of("#c0392b", "#d68910", "#2471a3", "#1e8449", "#7d3c98");

    private final SweepTable table;
    private final List<SweepRow> drawn;
    private final List<String> variants;
    private final double mostBytes;

    private SweepPage(SweepTable table) {
        this.table = table;
        this.drawn =
                table.rows().stream().filter(row -> row.footprint().isPresent()).toList();
        this.variants = drawn.stream().map(SweepRow::variant).distinct().toList();
        this.mostBytes =
                1.05 * drawn.stream().mapToLong(SweepPage::roBytes).max().orElse(1);
    }

    static String html(SweepTable table) {
        SweepPage page = new SweepPage(table);
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>Sweep on %1$s</title>
                <style>body{font:14px sans-serif;margin:2em}table{border-collapse:collapse}td,th{padding:.2em .6em;
                border-bottom:1px solid #ccc;text-align:right}td:first-child,th:first-child,td:nth-child(2){text-align:left}
                tr.front{background:#eef7ee}</style></head><body>
                <h1>Integer-only top-1 on %1$s</h1>
                <p>Codes decided on %2$s. Intervals of 95 %%: Wilson's of a share, of a difference to the float network paired by
                image. Bytes of weights and parameters, and the RAM peak, by the published formulas; the arena as placed; cycles as
                estimated from shapes and bits. Rows on
                a green ground: no other takes no more weight and arena bytes and gets as many images right.%3$s</p>
                %4$s
                %5$s
                %6$s
                </body></html>
                """.formatted(
                        escaped(table.data()),
                        escaped(table.calibration()),
                        table.hasNormalization()
                                ? ""
                                : " No layer of this network has a normalization left: PL_FB and PL_ICN make the same codes"
                                        + " and are one row, whose bytes are PL_FB's.",
                        page.plot(),
                        page.rows(),
                        page.searches());
    }

    private String plot() {
        StringBuilder svg = new StringBuilder();
        svg.append("<svg width=\"%d\" height=\"%d\" role=\"img\">".formatted(WIDTH, HEIGHT));
        for (int percent = 0; percent <= PERCENT; percent += 20) {
            double y = y(percent / PERCENT);
            svg.append(line(MARGIN, y, WIDTH - MARGIN, y, "#ddd"));
            svg.append(text(5, y + 4, percent + " %"));
        }
        double reference =
                y(Share.of(table.reference().rightImages(), table.reference().images())
                        .value());
        svg.append(line(MARGIN, reference, WIDTH - MARGIN, reference, "#888"));
        svg.append(text(WIDTH - MARGIN + 4, reference + 4, "float"));
        svg.append(text(MARGIN, HEIGHT - 8, "0 bytes of weights and parameters"));
        svg.append(text(WIDTH - 2 * MARGIN, HEIGHT - 8, Math.round(mostBytes) + " bytes"));
        for (SweepRow row : drawn) {
            point(svg, row);
        }
        for (int index = 0; index < variants.size(); index++) {
            svg.append("<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"%s\"/>"
                    .formatted(WIDTH - 4 * MARGIN, HEIGHT - 150 + 18 * index, colour(variants.get(index))));
            svg.append(text(WIDTH - 4 * MARGIN + 10, HEIGHT - 146 + 18 * index, variants.get(index)));
        }
        return svg.append("</svg>").toString();
    }

    private void point(StringBuilder svg, SweepRow row) {
        Share top1 = Share.of(row.rightImages(), row.images());
        double x = MARGIN + (WIDTH - 2 * MARGIN) * roBytes(row) / mostBytes;
        String colour = colour(row.variant());
        svg.append(line(x, y(top1.low()), x, y(top1.high()), colour));
        svg.append(String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\" stroke=\"%s\"><title>%s</title></circle>",
                x,
                y(top1.value()),
                colour,
                table.isOnFront(row) ? "#000" : colour,
                escaped(row.variant() + " " + row.bits() + " " + row.treatment() + ": " + percent(top1.value()) + ", "
                        + roBytes(row) + " bytes")));
    }

    private String rows() {
        StringBuilder rows =
                new StringBuilder("<table><tr><th>variant</th><th>bits</th><th>treatment</th><th>right</th>"
                        + "<th>top-1</th><th>95 %</th><th>minus float</th><th>95 %</th><th>weights, bytes</th>"
                        + "<th>RAM peak, bytes</th><th>arena, bytes</th><th>estimated cycles</th></tr>\n");
        for (SweepRow row : table.rows()) {
            rows.append("<tr%s><td>%s</td><td>%s</td><td>%s</td>"
                    .formatted(
                            table.isOnFront(row) ? " class=\"front\"" : "",
                            escaped(row.variant()),
                            escaped(row.bits()),
                            escaped(row.treatment())));
            rows.append(row.refusal()
                    .map(reason -> "<td colspan=\"9\">refused: " + escaped(reason) + "</td>")
                    .orElseGet(() -> figures(row)));
            rows.append("</tr>\n");
        }
        return rows.append("</table>").toString();
    }

    private String figures(SweepRow row) {
        Share top1 = Share.of(row.rightImages(), row.images());
        Share difference = Share.difference(table.reference().right(), List.of(row.right()));
        String bytes = row.footprint()
                .map(takes -> "<td>%d</td><td>%d</td><td>%d</td><td>%d</td>"
                        .formatted(takes.roBytes(), takes.rwPeakBytes(), takes.arenaBytes(), takes.estimatedCycles()))
                .orElse("<td></td><td></td><td></td><td></td>");
        return "<td>%d of %d</td><td>%s</td><td>%s … %s</td><td>%s</td><td>%s … %s</td>"
                        .formatted(
                                row.rightImages(),
                                row.images(),
                                percent(top1.value()),
                                percent(top1.low()),
                                percent(top1.high()),
                                percent(difference.value()),
                                percent(difference.low()),
                                percent(difference.high()))
                + bytes;
    }

    private String searches() {
        List<SearchComparison> pairs = table.comparisons();
        if (pairs.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("""
                <h2>Bits that the search found, against the rule's</h2>
                <p>KL divergence from the answers at 8 bits, in nats, mean over the images; its difference with a paired
                bootstrap's interval of 95 %. McNemar's exact test of the images that one network alone gets right, corrected
                for the number of comparisons (Holm).</p>
                <table><tr><th>variant</th><th>budget</th><th>treatment</th><th>rule</th><th>search</th><th>difference</th>
                <th>95 %</th><th>lost</th><th>won</th><th>McNemar, Holm</th></tr>
                """);
        for (SearchComparison pair : pairs) {
            SweepRow.Budgeted rule = pair.rule().budgeted().orElseThrow();
            text.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%s</td><td>%s</td><td>%.4f</td>",
                    escaped(pair.rule().variant()),
                    escaped(rule.budget()),
                    escaped(pair.rule().treatment()),
                    rule.meanDivergence()));
            text.append(pair.hasOtherBits() ? found(pair) : "<td colspan=\"6\">the same bits</td>");
            text.append("</tr>\n");
        }
        return text.append("</table>").toString();
    }

    private static String found(SearchComparison pair) {
        return String.format(
                Locale.ROOT,
                "<td>%.4f</td><td>%.4f</td><td>%.4f … %.4f</td><td>%d</td><td>%d</td><td>%.3f</td>",
                pair.search().budgeted().orElseThrow().meanDivergence(),
                pair.divergence().value(),
                pair.divergence().low(),
                pair.divergence().high(),
                pair.lost(),
                pair.won(),
                pair.corrected());
    }

    private static long roBytes(SweepRow row) {
        return row.footprint().map(SweepRow.Footprint::roBytes).orElse(0L);
    }

    private String colour(String variant) {
        return COLOURS.get(variants.indexOf(variant) % COLOURS.size());
    }

    private static double y(double share) {
        return HEIGHT - MARGIN + 20 - (HEIGHT - 2.0 * MARGIN + 20) * share;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", PERCENT * share);
    }

    private static String line(double x1, double y1, double x2, double y2, String colour) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
                x1,
                y1,
                x2,
                y2,
                colour);
    }

    private static String text(double x, double y, String text) {
        return String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"12\">%s</text>", x, y, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
