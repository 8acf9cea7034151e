// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cli.TextTable;
import dev.hilda.host.sweep.SweepTable;
import java.nio.file.Path;
import java.util.Locale;

/** A sweep for people. */
final class SweepOutput {
    private static final double PERCENT = 100;

    private SweepOutput() {}

    static String text(SweepTable table, Path folder) {
        TextTable text =
                new TextTable("VARIANT", "BITS", "RIGHT", "TOP-1", "WEIGHT BYTES", "RAM PEAK", "ARENA", "PARETO");
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
                    table.isOnFront(row) ? "yes" : "");
        });
        String alike = table.hasNormalization()
                ? ""
                : "\nNo layer has a normalization left: PL_FB and PL_ICN make the same codes; the bytes are PL_FB's.";
        return text + alike + "\nWrote sweep.html, sweep.csv and sweep.json to " + folder + ".";
    }
}
