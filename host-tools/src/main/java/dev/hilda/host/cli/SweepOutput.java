// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cli.TextTable;
import dev.hilda.host.sweep.SearchComparison;
import dev.hilda.host.sweep.Share;
import dev.hilda.host.sweep.SweepTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A sweep for people. */
final class SweepOutput {
    private static final double PERCENT = 100;

    private SweepOutput() {}

    static String text(SweepTable table, Path folder) {
        TextTable text = new TextTable(
                "VARIANT",
                "BITS",
                "RIGHT",
                "TOP-1",
                "WEIGHT BYTES",
                "RAM PEAK",
                "ARENA",
                "M CYCLES, ESTIMATED",
                "PARETO");
        table.rows().forEach(row -> {
            String none = "-";
            text.add(
                    row.variant(),
                    row.bits(),
                    row.isRefused() ? "refused" : row.rightImages() + " of " + row.images(),
                    row.isRefused()
                            ? none
                            : String.format(Locale.ROOT, "%.1f %%", PERCENT * row.rightImages() / row.images()),
                    row.footprint()
                            .map(takes -> TextTable.number(takes.roBytes()))
                            .orElse(none),
                    row.footprint()
                            .map(takes -> TextTable.number(takes.rwPeakBytes()))
                            .orElse(none),
                    row.footprint()
                            .map(takes -> TextTable.number(takes.arenaBytes()))
                            .orElse(none),
                    row.footprint()
                            .map(takes -> String.format(Locale.ROOT, "%.2f", takes.estimatedCycles() / 1e6))
                            .orElse(none),
                    table.isOnFront(row) ? "yes" : "");
        });
        String alike = table.hasNormalization()
                ? ""
                : "\nNo layer has a normalization left: PL_FB and PL_ICN make the same codes; the bytes are PL_FB's.";
        return text + alike + searches(table) + "\nWrote sweep.html, sweep.md, sweep.csv and sweep.json to " + folder
                + ".";
    }

    private static String searches(SweepTable table) {
        List<SearchComparison> pairs = table.comparisons();
        if (pairs.isEmpty()) {
            return "";
        }
        TextTable text = new TextTable(
                "BUDGET", "VARIANT", "KL OF SEARCH - RULE, NATS", "95 %", "LOST", "WON", "P (MCNEMAR, HOLM)");
        for (SearchComparison pair : pairs) {
            boolean isOther = pair.hasOtherBits();
            Share divergence = pair.divergence();
            text.add(
                    pair.rule().budgeted().orElseThrow().budget(),
                    pair.rule().variant(),
                    isOther ? String.format(Locale.ROOT, "%.4f", divergence.value()) : "the same bits",
                    isOther ? String.format(Locale.ROOT, "%.4f … %.4f", divergence.low(), divergence.high()) : "-",
                    isOther ? String.valueOf(pair.lost()) : "-",
                    isOther ? String.valueOf(pair.won()) : "-",
                    isOther ? String.format(Locale.ROOT, "%.3f", pair.corrected()) : "-");
        }
        return "\n" + text;
    }
}
