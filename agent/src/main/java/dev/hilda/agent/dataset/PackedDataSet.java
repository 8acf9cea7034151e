// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.TensorShape;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A data set as one file that another machine can use: a ZIP of samples as they are after preparation, in the layout {@code
 * raw}, with their labels. The same set gives the same bytes, and opened again it has the same hash.
 */
public final class PackedDataSet {
    private static final String LABELS = "labels.csv";
    private static final Pattern ENTRY = Pattern.compile("dataset\\.yaml|labels\\.csv|input-[0-9]{1,3}\\.bin");

    /** What is packed has no time of its own. The very first day of the format would be written in local time, too. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 2, 0, 0);

    private static final int BUFFER_BYTES = 1 << 16;

    private PackedDataSet() {}

    /**
     * Packs a set, reading all of it.
     *
     * @throws DataSetException when a sample cannot be read
     * @throws IOException when the file cannot be written
     */
    public static void write(DataSet set, Path file) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setLevel(Deflater.BEST_SPEED);
            begin(zip, DataSets.DEFAULT_NAME);
            zip.write(description(set).getBytes(StandardCharsets.UTF_8));
            if (set.hasLabels()) {
                begin(zip, LABELS);
                zip.write(labels(set).getBytes(StandardCharsets.UTF_8));
            }
            List<DataSet> parts = set.parts();
            for (int input = 0; input < parts.size(); input++) {
                begin(zip, records(input));
                for (int index = 0; index < set.size(); index++) {
                    ByteBuffer values = parts.get(input).values(index).stored();
                    byte[] bytes = new byte[values.remaining()];
                    values.get(bytes);
                    zip.write(bytes);
                }
            }
        }
    }

    private static void begin(ZipOutputStream zip, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
    }

    private static String records(int input) {
        return "input-" + input + ".bin";
    }

    /** Labels before their offset, a line each. */
    private static String labels(DataSet set) {
        return set.labels()
                .map(label -> label - set.labelOffset())
                .mapToObj(label -> label + "\n")
                .collect(Collectors.joining());
    }

    private static String description(DataSet set) {
        List<String> lines = new ArrayList<>();
        lines.add("name: " + quoted(set.name()));
        lines.add("layout: raw");
        if (set.isJudged()) {
            lines.add("metric: " + set.metric().label());
        }
        set.judgedOutput().ifPresent(output -> lines.add("output: " + quoted(output)));
        if (!set.classes().isEmpty()) {
            lines.add("classes: ["
                    + set.classes().stream().map(PackedDataSet::quoted).collect(Collectors.joining(", ")) + "]");
        }
        if (set.hasLabels()) {
            lines.add("labels: " + LABELS);
            lines.add("label_column: 1");
            lines.add("label_offset: " + set.labelOffset());
        }
        List<DataSet> parts = set.parts();
        if (set.isForOneInput()) {
            lines.addAll(stored(set, 0));
        } else {
            lines.add("inputs:");
            for (int input = 0; input < parts.size(); input++) {
                DataSet part = parts.get(input);
                lines.add("  - name: " + quoted(part.inputOfSeveral()));
                stored(part, input).forEach(line -> lines.add("    " + line));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> stored(DataSet part, int input) {
        TensorShape shape = part.shape();
        return List.of(
                "data: " + records(input),
                "shape: [" + shape.height() + ", " + shape.width() + ", " + shape.channels() + "]",
                "dtype: " + part.type().label(),
                part.mapping().yaml());
    }

    /** As JSON writes text, which YAML understands. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(each -> {
            if (each == '"' || each == '\\') {
                quoted.append('\\').append((char) each);
            } else if (each < ' ' || each >= 0x7F) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", each));
            } else {
                quoted.append((char) each);
            }
        });
        return quoted.append('"').toString();
    }

    /**
     * Unpacks a file into an empty folder.
     *
     * @param mostBytes of all that is in it
     * @return the set's YAML, for {@link DataSets#open(Path)}
     * @throws DataSetException when it is no packed data set, or holds more
     * @throws IOException when the folder cannot be written
     */
    public static Path unpack(Path file, Path folder, long mostBytes) throws IOException {
        long left = mostBytes;
        boolean isDescribed = false;
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName();
                Path target = folder.resolve(name);
                if (!ENTRY.matcher(name).matches() || Files.exists(target)) {
                    throw refused(file, "data set, labels and inputs, each once", "an entry " + quoted(name));
                }
                left -= copy(zip, target, left, file);
                isDescribed |= name.equals(DataSets.DEFAULT_NAME);
            }
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            // The JDK throws the last one for names that are no UTF-8.
            throw refused(file, "a whole zip file", String.valueOf(e.getMessage()));
        }
        if (!isDescribed) {
            throw refused(file, "an entry " + DataSets.DEFAULT_NAME, "none");
        }
        return folder.resolve(DataSets.DEFAULT_NAME);
    }

    /** Returns how many bytes it was. */
    private static long copy(InputStream from, Path target, long left, Path file) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long copied = 0;
        try (OutputStream to = Files.newOutputStream(target)) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                copied += read;
                if (copied > left) {
                    throw refused(file, "data within the limit for uploads", "more");
                }
                to.write(buffer, 0, read);
            }
        }
        return copied;
    }

    private static DataSetException refused(Path file, String expected, String actual) {
        return new DataSetException(
                file.toString(), "packed data set", expected, actual, "submit the data set again with hilda submit");
    }
}
