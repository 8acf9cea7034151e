// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A table as Markdown, seeds of one training in one line. */
final class SweepMarkdown {
    private static final double PERCENT = 100;

    private final SweepTable table;

    private SweepMarkdown(SweepTable table) {
        this.table = table;
    }

    static String text(SweepTable table) {
        SweepMarkdown markdown = new SweepMarkdown(table);
        List<SearchComparison> comparisons = table.comparisons();
        return markdown.rows() + (comparisons.isEmpty() ? "" : "\n" + searches(comparisons));
    }

    private String rows() {
        SweepRow reference = table.reference();
        StringBuilder text = new StringBuilder(
                """
                %s, %d images, float %d right; codes decided on %s

                | variant | bits | treatment | right | minus float, points [95 %%] | weights, bytes | arena, bytes | M cycles, estimated |
                |---|---|---|---|---|---|---|---|
                """.formatted(table.data(), reference.images(), reference.rightImages(), table.calibration()));
        for (List<SweepRow> seeds : bySeeds().values()) {
            SweepRow first = seeds.get(0);
            text.append("| %s | %s | %s | ".formatted(first.variant(), first.bits(), treatment(seeds)));
            text.append(first.refusal()
                    .map(reason -> "refused: " + reason + " | | | | |\n")
                    .orElseGet(() -> figures(seeds)));
        }
        return text.toString();
    }

    /** Rows other than the reference's by variant, bits and what they share of their treatment. */
    private Map<List<String>, List<SweepRow>> bySeeds() {
        Map<List<String>, List<SweepRow>> groups = new LinkedHashMap<>();
        table.rows().stream()
                .skip(1)
                .forEach(row -> groups.computeIfAbsent(
                                List.of(row.variant(), row.bits(), Treatment.withoutSeed(row.treatment())),
                                key -> new ArrayList<>())
                        .add(row));
        return groups;
    }

    private static String treatment(List<SweepRow> seeds) {
        String shared = Treatment.withoutSeed(seeds.get(0).treatment());
        return seeds.size() == 1 ? shared : "%s, mean of %d seeds".formatted(shared, seeds.size());
    }

    private String figures(List<SweepRow> seeds) {
        double right = seeds.stream().mapToInt(SweepRow::rightImages).average().orElse(0);
        Share difference = Share.difference(
                table.reference().right(), seeds.stream().map(SweepRow::right).toList());
        SweepRow.Footprint takes =
                Objects.requireNonNull(seeds.get(0).footprint().orElse(null));
        return String.format(
                Locale.ROOT,
                "%s | %s | %d | %d | %.2f |\n",
                seeds.size() == 1
                        ? String.valueOf(seeds.get(0).rightImages())
                        : String.format(Locale.ROOT, "%.1f", right),
                points(difference),
                takes.roBytes(),
                takes.arenaBytes(),
                takes.estimatedCycles() / 1e6);
    }

    private static String searches(List<SearchComparison> comparisons) {
        StringBuilder text = new StringBuilder("""
                | variant | budget, bytes | treatment | KL of the rule's, nats | KL of the search's | difference [95 %] | right | McNemar, Holm |
                |---|---|---|---|---|---|---|---|
                """);
        for (SearchComparison pair : comparisons) {
            SweepRow.Budgeted rule = pair.rule().budgeted().orElseThrow();
            SweepRow.Budgeted search = pair.search().budgeted().orElseThrow();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.4f | %s | %s | %d → %d | %s |\n",
                    pair.rule().variant(),
                    rule.budget(),
                    pair.rule().treatment(),
                    rule.meanDivergence(),
                    pair.hasOtherBits() ? String.format(Locale.ROOT, "%.4f", search.meanDivergence()) : "the same bits",
                    pair.hasOtherBits() ? nats(pair.divergence()) : "–",
                    pair.rule().rightImages(),
                    pair.search().rightImages(),
                    pair.hasOtherBits() ? String.format(Locale.ROOT, "%.3f", pair.corrected()) : "–"));
        }
        return text.toString();
    }

    private static String nats(Share difference) {
        return String.format(Locale.ROOT, "%.4f [%.4f, %.4f]", difference.value(), difference.low(), difference.high());
    }

    private static String points(Share difference) {
        return String.format(
                Locale.ROOT,
                "%+.2f [%+.2f, %+.2f]",
                PERCENT * difference.value(),
                PERCENT * difference.low(),
                PERCENT * difference.high());
    }
}
