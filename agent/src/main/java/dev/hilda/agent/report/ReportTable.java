// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.CellSign.Tone;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A table of a page; the first cell of a row is its heading. Texts are as they came, to be escaped by what renders them.
 *
 * @param rows each as long as the columns
 */
record ReportTable(List<String> columns, List<List<Entry>> rows) {
    ReportTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        for (List<Entry> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException("expected " + columns.size() + " entries, got " + row.size());
            }
        }
    }

    /** The same with its first rows. */
    ReportTable limit(int most) {
        return new ReportTable(columns, rows.subList(0, Math.min(most, rows.size())));
    }

    /**
     * What stands at one place.
     *
     * @param lines what matters first
     * @param tone of the first line
     * @param isCommand to be copied as it is
     * @param badge where its figures come from
     * @param bar instead of lines: 0 to 1
     */
    record Entry(List<String> lines, Tone tone, boolean isCommand, Optional<String> badge, OptionalDouble bar) {
        static final Entry NOTHING = new Entry(List.of(), Tone.QUIET);

        Entry {
            lines = List.copyOf(lines);
        }

        Entry(List<String> lines, Tone tone) {
            this(lines, tone, false, Optional.empty(), OptionalDouble.empty());
        }

        static Entry of(String text) {
            return of(text, Tone.QUIET);
        }

        static Entry of(String text, Tone tone) {
            return text.isEmpty() ? NOTHING : new Entry(List.of(text), tone);
        }

        /** A network and, smaller, what it was run on. */
        static Entry network(String model, String dataSet) {
            return new Entry(List.of(model, dataSet), Tone.QUIET);
        }

        static Entry command(String text) {
            return new Entry(List.of(text), Tone.QUIET, true, Optional.empty(), OptionalDouble.empty());
        }

        /**
         * A figure as a bar.
         *
         * @param share of the longest one
         */
        static Entry bar(double share) {
            return new Entry(List.of(), Tone.QUIET, false, Optional.empty(), OptionalDouble.of(share));
        }

        Entry with(Optional<String> timing) {
            return new Entry(lines, tone, isCommand, timing, bar);
        }
    }
}
