// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.TensorShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The YAML of a data set as {@code hilda dataset init} writes it: every key with what it means.
 *
 * @see DataFolder
 */
public final class DataSetDraft {
    private static final int COMMENT_COLUMN = 34;
    private static final int MOST_CLASSES_A_LINE = 8;

    private final StringBuilder text = new StringBuilder();
    private final Optional<ValueRange> range;
    private boolean isRangeGuessed;

    private DataSetDraft(Optional<ValueRange> range) {
        this.range = range;
    }

    /**
     * What is known of the network that the set is for.
     *
     * @param range of the real values it was trained on
     */
    public record Hints(Optional<TensorShape> shape, Optional<ValueRange> range) {
        /**
         * Of a network, where one was named; what was said besides goes first.
         *
         * @param said what the user says of the samples
         */
        public static Hints of(Optional<NetworkInput> network, Hints said) {
            network.map(NetworkInput::slots).filter(slots -> slots.size() > 1).ifPresent(slots -> {
                throw new DataSetException(
                        slots.stream().map(InputSlot::name).collect(Collectors.joining(", ")),
                        "network",
                        "one with one input",
                        slots.size() + " inputs",
                        "write the data set's YAML by hand: agent/docs/datasets.md, inputs");
            });
            return new Hints(
                    said.shape.or(() -> network.flatMap(NetworkInput::shape)),
                    said.range.or(() -> network.flatMap(NetworkInput::range)));
        }
    }

    /**
     * A data set's YAML, written.
     *
     * @param isRangeGuessed whether nothing said what the network was trained on
     */
    public record Written(Path file, String yaml, boolean isRangeGuessed) {}

    /**
     * Writes a {@code dataset.yaml} into a folder of samples.
     *
     * @param overwrites whether one that is there is replaced
     * @throws DataSetException when the folder holds nothing that is known, or has one
     */
    public static Written write(Path folder, Hints hints, boolean overwrites) {
        Path file = folder.resolve(DataSets.DEFAULT_NAME);
        if (Files.exists(file) && !overwrites) {
            throw new DataSetException(
                    file.toString(), "data set", "no such file yet", "one", "--force writes over it");
        }
        DataSetDraft draft = new DataSetDraft(hints.range());
        Path name = folder.toAbsolutePath().normalize().getFileName();
        draft.text.append("# Written by hilda dataset init; hilda dataset check says whether it is right.\n");
        draft.key("name", quoted(name == null ? "data" : name.toString()), "in reports");
        DataFolder.describe(folder, hints.shape(), draft);
        String yaml = draft.text.toString();
        try {
            Files.writeString(file, yaml);
        } catch (IOException unwritable) {
            throw new DataSetException(
                    file.toString(),
                    "data set",
                    "a file that can be written",
                    unwritable.toString(),
                    "check its rights");
        }
        return new Written(file, yaml, draft.isRangeGuessed);
    }

    void key(String key, String value, @Nullable String comment) {
        boolean isPlain = value.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*|\\.|[\\[{\"].*");
        String line = key + ": " + (isPlain ? value : quoted(value));
        text.append(line);
        if (comment != null) {
            text.append(" ".repeat(Math.max(1, COMMENT_COLUMN - line.length())))
                    .append("# ")
                    .append(comment);
        }
        text.append('\n');
    }

    void remark(String remark) {
        text.append("# ").append(remark).append('\n');
    }

    void shape(TensorShape shape, String comment) {
        boolean isVector = shape.pixels() == 1;
        key(
                "shape",
                isVector
                        ? "[" + shape.channels() + "]"
                        : "[" + shape.height() + ", " + shape.width() + ", " + shape.channels() + "]",
                comment);
    }

    void classes(List<String> names, String comment) {
        if (names.size() <= MOST_CLASSES_A_LINE) {
            key(
                    "classes",
                    names.stream().map(DataSetDraft::quoted).collect(Collectors.joining(", ", "[", "]")),
                    comment);
            return;
        }
        remark(comment);
        text.append("classes:\n");
        IntStream.range(0, names.size())
                .forEach(index -> text.append("  - ")
                        .append(quoted(names.get(index)))
                        .append("  # ")
                        .append(index)
                        .append('\n'));
    }

    void metric(Metric metric) {
        key("metric", metric.label(), metric == Metric.NONE ? "no labels were found" : "share of right answers");
    }

    /** What stored values mean to the network. */
    void values(ElementType type) {
        Optional<ValueRange> stored = type.range();
        if (stored.isEmpty()) {
            remark(
                    "values: {scale: 1, offset: 0} real = scale × stored + offset; here the stored values are the real ones");
            return;
        }
        isRangeGuessed = range.isEmpty();
        ValueRange target = range.orElse(ValueRange.UNIT).usual();
        RealMapping mapping = stored.get().onto(target);
        remark("real = scale × stored + offset: bytes become " + target + ", which is "
                + (isRangeGuessed
                        ? "a guess: correct it if the network was trained on other values"
                        : "what the network reads"));
        if (mapping.equals(RealMapping.IDENTITY)) {
            remark("values: none, as the bytes are the real values");
        } else {
            text.append(mapping.yaml()).append('\n');
        }
    }

    private static String quoted(String name) {
        String escaped = name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t");
        return '"' + escaped + '"';
    }
}
