// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which columns of a .csv hold what.
 *
 * @param fileColumn from 1; empty where the lines are in the order of the samples
 * @param labelColumn from 1
 * @param classes the labels where they are words, in the order of the alphabet; else empty
 */
record LabelColumns(Optional<Integer> fileColumn, int labelColumn, List<String> classes) {
    private static final String NUMBER = "-?[0-9]{1,9}";
    private static final Set<String> NAMES_OF_LABELS = Set.of("label", "labels", "class", "target", "category", "y");

    LabelColumns {
        classes = List.copyOf(classes);
    }

    /** Of a table whose lines are in the order of the samples. */
    static LabelColumns of(Path csv) {
        return of(rows(csv), Optional.empty());
    }

    /**
     * Of a table that names files.
     *
     * @param files of which it names some
     * @throws DataSetException when it names none of them
     */
    static LabelColumns withFiles(Path csv, Collection<String> files) {
        List<List<String>> rows = rows(csv);
        Set<String> known = new HashSet<>(files);
        int columns = rows.stream().mapToInt(List::size).min().orElse(0);
        int column = IntStream.range(0, columns)
                .filter(index -> rows.stream().anyMatch(row -> known.contains(row.get(index))))
                .findFirst()
                .orElseThrow(() -> new DataSetException(
                        csv.toString(),
                        "file names",
                        "a column with names such as " + files.iterator().next(),
                        rows.isEmpty() ? "an empty file" : String.join(",", rows.get(0)),
                        "write the names as they are in the folder"));
        return of(rows, Optional.of(column + 1));
    }

    private static LabelColumns of(List<List<String>> rows, Optional<Integer> fileColumn) {
        int columns = rows.stream().mapToInt(List::size).min().orElse(1);
        int last = fileColumn.equals(Optional.of(columns)) ? columns - 1 : columns;
        int label = IntStream.rangeClosed(1, columns)
                .filter(column -> !fileColumn.equals(Optional.of(column)))
                .filter(column -> isNameOfLabels(rows.get(0).get(column - 1)))
                .findFirst()
                .orElse(Math.max(1, last));
        List<String> values = rows.stream().map(row -> row.get(label - 1)).toList();
        boolean hasHeader = isNameOfLabels(values.get(0))
                || (!values.get(0).matches(NUMBER) && values.stream().skip(1).allMatch(value -> value.matches(NUMBER)));
        Stream<String> labels = values.stream().skip(hasHeader ? 1 : 0);
        TreeSet<String> words = new TreeSet<>(labels.toList());
        boolean areNumbers = words.stream().allMatch(word -> word.matches(NUMBER));
        return new LabelColumns(fileColumn, label, areNumbers ? List.of() : List.copyOf(words));
    }

    private static boolean isNameOfLabels(String header) {
        return NAMES_OF_LABELS.contains(header.toLowerCase(Locale.ROOT));
    }

    private static List<List<String>> rows(Path csv) {
        List<List<String>> rows = CsvTable.lines(csv).stream()
                .filter(line -> !line.isBlank())
                .map(CsvTable::fields)
                .toList();
        if (rows.isEmpty()) {
            throw new DataSetException(
                    csv.toString(), "label file", "a line for each sample", "an empty file", "write the labels");
        }
        return rows;
    }
}
