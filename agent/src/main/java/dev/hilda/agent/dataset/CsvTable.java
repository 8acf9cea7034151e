// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Labels, and where there are some the files they belong to, from comma-separated text: UTF-8, no quoting, one sample a
 * line. A first line whose label is no integer is a header.
 */
final class CsvTable {
    private static final long MAX_BYTES = 256L << 20;

    private final Path file;
    private final List<String> files = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();

    /**
     * @param fileColumn from 1; of the name of the sample's file
     * @param labelColumn from 1; empty: the last of each line
     */
    CsvTable(Path file, int fileColumn, OptionalInt labelColumn) {
        this.file = file;
        int lineNumber = 0;
        for (String line : text().split("\r?\n", -1)) {
            lineNumber++;
            if (!line.isBlank()) {
                read(lineNumber, line.split(",", -1), fileColumn, labelColumn);
            }
        }
        if (labels.isEmpty()) {
            throw wrong("label file", "at least one line with a label", "none");
        }
    }

    /** The label of each line. */
    int[] labels() {
        return labels.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The file name of each line. */
    List<String> files() {
        return files;
    }

    private String text() {
        byte[] bytes = StoredFile.of(file).readAll(MAX_BYTES);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw wrong("label file", "UTF-8 text", "other bytes");
        }
    }

    private void read(int lineNumber, String[] fields, int fileColumn, OptionalInt labelColumn) {
        int column = labelColumn.orElse(fields.length);
        if (fields.length < Math.max(column, fileColumn)) {
            throw wrong(
                    "line " + lineNumber, "at least " + Math.max(column, fileColumn) + " columns", "" + fields.length);
        }
        String label = fields[column - 1].strip();
        if (!label.matches("-?[0-9]{1,9}")) {
            if (lineNumber == 1) {
                return;
            }
            throw wrong("line " + lineNumber, "an integer label in column " + column, '"' + label + '"');
        }
        labels.add(Integer.parseInt(label));
        files.add(fields[fileColumn - 1].strip());
    }

    private DataSetException wrong(String subject, String expected, String actual) {
        return new DataSetException(
                file.toString(), subject, expected, actual, "correct it, or the keys of its columns");
    }
}
