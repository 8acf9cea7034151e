package dev.hilda.agent.dataset;

import dev.hilda.agent.network.TensorShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Builds a data set out of the keys of its YAML. */
final class DataSetReader {
    private static final int MAX_EXTENT = 1 << 20;
    private static final int MAX_LABEL = 1_000_000;

    private final YamlKeys keys;
    private final Path folder;

    /** How samples are stored. */
    enum Layout {
        RAW,
        FILES
    }

    DataSetReader(YamlKeys keys, Path folder) {
        this.keys = keys;
        this.folder = folder;
    }

    DataSet read() {
        String name = keys.text("name");
        Layout layout = keys.choice("layout", Layout.class);
        Metric metric = keys.choice("metric", Metric.class);
        TensorShape shape = shape();
        RealMapping mapping = mapping();
        OptionalInt limit = keys.optionalInteger("limit", 1, Integer.MAX_VALUE);
        DataSet set = switch (layout) {
            case RAW -> raw(name, shape, mapping, metric);
            case FILES -> files(name, shape, mapping, metric);
        };
        keys.finish();
        return limit.isPresent() ? set.limit(limit.getAsInt()) : set;
    }

    private DataSet raw(String name, TensorShape shape, RealMapping mapping, Metric metric) {
        ElementType type = keys.choice("dtype", ElementType.class);
        AxisOrder order = order();
        int window = keys.optionalInteger("window", 1, MAX_EXTENT).orElse(1);
        if (shape.elements() % window != 0 || (window > 1 && order != AxisOrder.HWC)) {
            throw keys.wrong(
                    "window",
                    "a divisor of the " + shape.elements() + " elements of a sample, in the order hwc",
                    "" + window);
        }
        StoredFile file = StoredFile.of(folder.resolve(keys.text("data")));
        RecordFile source = new RecordFile(file, name, 0, shape, type, order, window);
        Labels labels = labels(metric, source.size());
        return new DataSet(new DataSet.Description(name, shape, type, mapping, metric), labels, source);
    }

    private DataSet files(String name, TensorShape shape, RealMapping mapping, Metric metric) {
        ElementType type = keys.choice("dtype", ElementType.class);
        AxisOrder order = order();
        Path data = folder.resolve(keys.text("data"));
        Optional<CsvTable> table = labelTable();
        List<String> files = table.isPresent() ? table.get().files() : listed(data, ".bin");
        FileList source = new FileList(data, files, shape, type, order);
        Labels labels = labels(metric, table, files.size());
        return new DataSet(new DataSet.Description(name, shape, type, mapping, metric), labels, source);
    }

    private TensorShape shape() {
        List<Integer> extents = keys.integers("shape", 1, MAX_EXTENT);
        try {
            return switch (extents.size()) {
                case 1 -> TensorShape.vector(extents.get(0));
                case 3 -> new TensorShape(extents.get(0), extents.get(1), extents.get(2));
                default ->
                    throw keys.wrong("shape", "[height, width, channels] or [elements]", extents.size() + " extents");
            };
        } catch (IllegalArgumentException tooLarge) {
            throw keys.wrong("shape", "a sample of at most 2^28 elements", extents.toString());
        }
    }

    private RealMapping mapping() {
        Optional<YamlKeys> values = keys.section("values");
        if (values.isEmpty()) {
            return RealMapping.IDENTITY;
        }
        double scale = values.get().number("scale", 1);
        double offset = values.get().number("offset", 0);
        values.get().finish();
        if (scale == 0) {
            throw values.get().wrong("scale", "a number other than 0", "0");
        }
        return new RealMapping(scale, offset);
    }

    private AxisOrder order() {
        return keys.optionalChoice("order", AxisOrder.class).orElse(AxisOrder.HWC);
    }

    /** The table that {@code labels} names, when it is one. */
    private Optional<CsvTable> labelTable() {
        if (keys.isList("labels")) {
            return Optional.empty();
        }
        return keys.optionalText("labels").filter(DataSetReader::isCsv).map(file -> {
            int fileColumn = keys.optionalInteger("file_column", 1, MAX_LABEL).orElse(1);
            OptionalInt labelColumn = keys.optionalInteger("label_column", 1, MAX_LABEL);
            return new CsvTable(folder.resolve(file), fileColumn, labelColumn);
        });
    }

    private static boolean isCsv(String file) {
        return file.endsWith(".csv");
    }

    private Labels labels(Metric metric, int samples) {
        return labels(metric, labelTable(), samples);
    }

    private Labels labels(Metric metric, Optional<CsvTable> table, int samples) {
        int offset = keys.optionalInteger("label_offset", -MAX_LABEL, MAX_LABEL).orElse(0);
        Optional<int[]> given = table.map(CsvTable::labels).or(this::plainLabels);
        if (given.isEmpty()) {
            if (metric.needsLabels()) {
                throw keys.wrong("labels", "labels for the metric " + metric.label(), "nothing", "add labels");
            }
            return Labels.NONE;
        }
        Labels labels = new Labels(given.get(), offset);
        if (labels.size() != samples) {
            throw keys.wrong("labels", samples + " labels, one for each sample", labels.size() + " labels");
        }
        if (labels.smallest().orElse(0) < 0) {
            throw keys.wrong(
                    "labels",
                    "labels of at least 0, label_offset added",
                    "" + labels.smallest().orElse(0));
        }
        return labels;
    }

    /** Labels written into the YAML, or one byte each in a file. */
    private Optional<int[]> plainLabels() {
        if (keys.isList("labels")) {
            return Optional.of(keys.integers("labels", -MAX_LABEL, MAX_LABEL).stream()
                    .mapToInt(Integer::intValue)
                    .toArray());
        }
        return keys.optionalText("labels").map(file -> {
            byte[] bytes = StoredFile.of(folder.resolve(file)).readAll(Integer.MAX_VALUE - 8L);
            int[] labels = new int[bytes.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = Byte.toUnsignedInt(bytes[i]);
            }
            return labels;
        });
    }

    /** Names of a folder's files with one ending; numbers in them in the order of their values. */
    private List<String> listed(Path data, String ending) {
        try (Stream<Path> entries = Files.list(data)) {
            List<String> names = entries.filter(Files::isRegularFile)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> name.endsWith(ending))
                    .sorted(Comparator.comparing(DataSetReader::paddedNumbers).thenComparing(name -> name))
                    .toList();
            if (names.isEmpty()) {
                throw keys.wrong("data", "a folder with files that end in " + ending, "none in " + data);
            }
            return names;
        } catch (IOException unreadable) {
            throw keys.wrong("data", "a folder with files that end in " + ending, data + ", which is none");
        }
    }

    private static String paddedNumbers(String name) {
        return java.util.regex.Pattern.compile("[0-9]+")
                .matcher(name)
                .replaceAll(number -> "0".repeat(Math.max(0, 20 - number.group().length())) + number.group());
    }
}
