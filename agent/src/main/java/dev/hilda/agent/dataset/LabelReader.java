// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the keys about labels: {@code labels} (a list, a .csv, a .npy of integers, a file of one unsigned byte each, or
 * {@code folders}), {@code classes}, {@code label_offset}, {@code file_column} and {@code label_column} of a .csv.
 */
final class LabelReader {
    private static final int MAX_LABEL = 1_000_000;
    private static final int MAX_COLUMN = 1000;

    /** Says that the folder of a sample is its class. */
    private static final String FOLDERS = "folders";

    private final YamlKeys keys;
    private final Path folder;

    LabelReader(YamlKeys keys, Path folder) {
        this.keys = keys;
        this.folder = folder;
    }

    /** Names of the labels from 0 on; empty where there are none. */
    List<String> classes() {
        if (keys.isList("classes")) {
            return distinct(keys.texts("classes"));
        }
        return keys.optionalText("classes")
                .map(file -> distinct(CsvTable.lines(StoredFile.resolve(folder, file)).stream()
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList()))
                .orElse(List.of());
    }

    private List<String> distinct(List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name) && keys.isSound()) {
                throw keys.wrong("classes", "each name once", '"' + name + "\" twice");
            }
        }
        return names;
    }

    /**
     * The table of samples that {@code labels} names, when it names one: a .csv, whose lines say which files belong to the
     * set, or {@code folders}, one for each class.
     *
     * @param data the folder of the samples' files
     */
    Optional<LabelTable> table(List<String> classes, Path data, FileKind kind) {
        if (!isFolders()) {
            return table(classes);
        }
        if (classes.isEmpty()) {
            throw keys.wrong(
                    "labels",
                    "the key classes beside labels: folders",
                    "none",
                    "add classes: " + FolderListing.of(data).folders() + ", in the order of the network's outputs");
        }
        return Optional.of(ClassFolders.read(data, classes, kind));
    }

    /** The table that {@code labels} names, for layouts without a file per sample. */
    Optional<LabelTable> table(List<String> classes) {
        if (isFolders()) {
            throw keys.wrong("labels", "folders for the layouts images and files only", FOLDERS);
        }
        if (keys.isList("labels")) {
            return Optional.empty();
        }
        return keys.optionalText("labels").filter(file -> file.endsWith(".csv")).map(file -> {
            int fileColumn = keys.optionalInteger("file_column", 1, MAX_COLUMN).orElse(1);
            OptionalInt labelColumn = keys.optionalInteger("label_column", 1, MAX_COLUMN);
            return CsvTable.read(StoredFile.resolve(folder, file), classes, fileColumn, labelColumn);
        });
    }

    private boolean isFolders() {
        return !keys.isList("labels") && keys.optionalText("labels").equals(Optional.of(FOLDERS));
    }

    /**
     * The labels, one for each sample, or none.
     *
     * @param table what {@link #table} gave
     */
    Labels labels(Optional<Metric> metric, List<String> classes, Optional<LabelTable> table, int samples) {
        int offset = keys.optionalInteger("label_offset", -MAX_LABEL, MAX_LABEL).orElse(0);
        Optional<int[]> given = table.map(LabelTable::labels)
                .map(listed -> listed.stream().mapToInt(Integer::intValue).toArray())
                .or(this::plain);
        if (given.isEmpty()) {
            return Labels.NONE;
        }
        Labels labels = new Labels(given.get(), offset);
        if (labels.size() != samples) {
            throw keys.wrong("labels", samples + " labels, one for each sample", labels.size() + " labels");
        }
        int smallest = labels.smallest().orElse(0);
        if (smallest < 0) {
            throw keys.wrong("labels", "labels of at least 0, label_offset added", "" + smallest);
        }
        int largest = labels.largest().orElse(0);
        if (!classes.isEmpty() && largest - offset >= classes.size()) {
            throw keys.wrong(
                    "labels",
                    "labels up to " + (classes.size() - 1) + ", as there are " + classes.size() + " classes",
                    "" + (largest - offset));
        }
        if (metric.equals(Optional.of(Metric.AUC)) && largest > 1) {
            throw keys.wrong("labels", "labels 0 and 1 for the metric auc", "" + largest);
        }
        return labels;
    }

    private Optional<int[]> plain() {
        if (keys.isList("labels")) {
            List<Integer> listed = keys.integers("labels", -MAX_LABEL, MAX_LABEL);
            return Optional.of(listed.stream().mapToInt(Integer::intValue).toArray());
        }
        return keys.optionalText("labels")
                .map(file -> StoredFile.of(StoredFile.resolve(folder, file)))
                .map(file -> file.path().toString().endsWith(".npy") ? numpy(file) : bytes(file));
    }

    private static int[] bytes(StoredFile file) {
        byte[] bytes = file.readAll(Integer.MAX_VALUE - 8L);
        int[] labels = new int[bytes.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return labels;
    }

    private int[] numpy(StoredFile file) {
        NpyHeader header = NpyHeader.read(file);
        int bytes = switch (header.descr()) {
            case "|u1" -> 1;
            case "<i4" -> Integer.BYTES;
            case "<i8" -> Long.BYTES;
            default -> throw keys.wrong("labels", "a NumPy array of uint8, int32 or int64", header.descr());
        };
        long size = header.elements();
        if (header.extents().size() != 1 || size * bytes != file.sizeBytes() - header.bytes() || size > 1 << 28) {
            throw keys.wrong("labels", "a NumPy array of one axis", size + " values in " + file.path());
        }
        ByteBuffer values =
                ByteBuffer.wrap(file.read(header.bytes(), (int) size * bytes)).order(ByteOrder.LITTLE_ENDIAN);
        int[] labels = new int[(int) size];
        for (int i = 0; i < labels.length; i++) {
            long label = switch (bytes) {
                case 1 -> Byte.toUnsignedInt(values.get(i));
                case Integer.BYTES -> values.getInt(i * bytes);
                default -> values.getLong(i * bytes);
            };
            if (Math.abs(label) > MAX_LABEL) {
                throw keys.wrong("labels", "labels up to " + MAX_LABEL, "" + label);
            }
            labels[i] = (int) label;
        }
        return labels;
    }
}
