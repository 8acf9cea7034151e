// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.yaml.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Labels, and where there are some the files they belong to, from comma-separated text: UTF-8, one sample a line, fields
 * quoted or not. A label is the name of a class, else a number. A first line whose label is neither is a header.
 */
final class CsvTable {
    private static final long MAX_BYTES = 256L << 20;
    private static final int MOST_NAMES = 20;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final List<String> classes;
    private final List<String> files = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    /** Labels that no class has the name of. */
    private final TreeSet<String> unknown = new TreeSet<>();

    private CsvTable(Path file, List<String> classes) {
        this.file = file;
        this.classes = classes;
    }

    /**
     * Reads a table.
     *
     * @param classes names of the labels from 0 on; may be empty
     * @param fileColumn from 1; of the name of the sample's file
     * @param labelColumn from 1; empty: the last of each line
     * @throws DataSetException with every line that is wrong
     */
    static LabelTable read(Path file, List<String> classes, int fileColumn, OptionalInt labelColumn) {
        CsvTable table = new CsvTable(file, classes);
        int lineNumber = 0;
        for (String line : lines(file)) {
            lineNumber++;
            if (!line.isBlank()) {
                table.read(lineNumber, fields(line), fileColumn, labelColumn);
            }
        }
        if (!table.problems.isEmpty()) {
            throw DataSetException.ofLines(file.toString(), table.problems, table.remedy());
        }
        if (table.labels.isEmpty()) {
            throw wrong(file, "at least one line with a label", "none");
        }
        return new LabelTable(table.files, table.labels);
    }

    /** The lines of a table, blank ones too. */
    static List<String> lines(Path file) {
        byte[] bytes = StoredFile.of(file).readAll(MAX_BYTES);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            String bare = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
            return List.of(bare.split("\r?\n", -1));
        } catch (CharacterCodingException notUtf8) {
            throw wrong(file, "UTF-8 text", "other bytes");
        }
    }

    /** The fields of a line, as RFC 4180 quotes them; blanks about them do not count. */
    static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean isQuoted = false;
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '"' && isQuoted && at + 1 < line.length() && line.charAt(at + 1) == '"') {
                field.append(c);
                at++;
            } else if (c == '"' && (isQuoted || field.toString().isBlank())) {
                isQuoted = !isQuoted;
            } else if (c == ',' && !isQuoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }

    private void read(int lineNumber, List<String> fields, int fileColumn, OptionalInt labelColumn) {
        int column = labelColumn.orElse(fields.size());
        int columns = Math.max(column, fileColumn);
        if (fields.size() < columns) {
            problems.add(problem(lineNumber, "columns", "at least " + columns, "" + fields.size()));
            return;
        }
        String label = fields.get(column - 1);
        int named = classes.indexOf(label);
        boolean isNumber = label.matches("-?[0-9]{1,9}");
        if (named < 0 && !isNumber) {
            if (lineNumber > 1) {
                unknown.add(label);
                problems.add(problem(lineNumber, "column " + column, expectedLabel(), '"' + label + '"'));
            }
            return;
        }
        labels.add(named >= 0 ? named : Integer.parseInt(label));
        files.add(fields.get(fileColumn - 1));
    }

    private String expectedLabel() {
        return classes.isEmpty() ? "a number as label" : "the name of one of the classes, or a number";
    }

    private Problem problem(int lineNumber, String subject, String expected, String got) {
        return new Problem(file.toString(), lineNumber, subject, expected, got, "");
    }

    private String remedy() {
        boolean isText = classes.isEmpty() && !unknown.isEmpty() && unknown.size() <= MOST_NAMES;
        return isText
                ? "name the classes in the order of the network's outputs, for example classes: " + unknown
                : "correct them, or the keys classes, file_column and label_column";
    }

    private static DataSetException wrong(Path file, String expected, String actual) {
        return new DataSetException(
                file.toString(), "label file", expected, actual, "correct it, or the keys of its columns");
    }
}
