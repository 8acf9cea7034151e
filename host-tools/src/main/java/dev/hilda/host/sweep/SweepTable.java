// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import java.util.List;

/**
 * The rows, that of the float network first.
 *
 * @param hasNormalization whether any layer has a normalization of its own
 */
public record SweepTable(String data, String calibration, boolean hasNormalization, List<SweepRow> rows) {
    public SweepTable {
        rows = List.copyOf(rows);
    }

    SweepRow reference() {
        return rows.get(0);
    }

    /** Of each budget that was searched: what the search won. */
    public List<SearchComparison> comparisons() {
        return SearchComparison.of(rows);
    }

    /** Whether no other network takes no more flash and RAM and gets no fewer images right, and differs in one of them. */
    public boolean isOnFront(SweepRow row) {
        return row.footprint().isPresent() && rows.stream().noneMatch(other -> dominates(other, row));
    }

    private static boolean dominates(SweepRow one, SweepRow other) {
        if (one.footprint().isEmpty() || other.footprint().isEmpty()) {
            return false;
        }
        SweepRow.Footprint of = one.footprint().get();
        SweepRow.Footprint against = other.footprint().get();
        boolean isNoWorse = of.roBytes() <= against.roBytes()
                && of.arenaBytes() <= against.arenaBytes()
                && one.rightImages() >= other.rightImages();
        boolean isBetter = of.roBytes() < against.roBytes()
                || of.arenaBytes() < against.arenaBytes()
                || one.rightImages() > other.rightImages();
        return isNoWorse && isBetter;
    }
}
