// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.dataset.shapes.ShapeImage;
import dev.hilda.agent.dataset.shapes.ShapeSplit;
import dev.hilda.agent.network.TensorShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Builds a data set out of the keys of its YAML. */
final class DataSetReader {
    private static final int MAX_EXTENT = 1 << 20;
    /** Each has a label in memory. */
    private static final int MAX_DRAWN = 1 << 24;

    /** What one layout or another asks for. */
    private static final List<String> KEYS_OF_LAYOUTS = List.of(
            "data",
            "inputs",
            "shape",
            "dtype",
            "order",
            "window",
            "filter",
            "square_crop",
            "central_crop",
            "split",
            "count",
            "classes",
            "labels",
            "label_offset",
            "file_column",
            "label_column");

    private final YamlKeys keys;
    private final Path folder;
    private final LabelReader labels;

    /** How samples are stored. */
    enum Layout {
        /** One file of equal records. */
        RAW,
        /** A folder with one raw file a sample. */
        FILES,
        /** A folder of JPEG or PNG files. */
        IMAGES,
        /** One NumPy array, samples along its first axis. */
        NPY,
        /** Drawn, not stored. */
        SHAPES
    }

    /** What every layout has. */
    private record Common(
            String file,
            String name,
            List<String> classes,
            Optional<Metric> metric,
            Optional<String> output,
            RealMapping mapping) {
        Common withClasses(List<String> names) {
            return new Common(file, name, names, metric, output, mapping);
        }

        DataSet set(TensorShape shape, ElementType type, Labels labels, SampleSource source) {
            return set(new Stored(shape, type, source), labels, Optional.empty());
        }

        DataSet set(Stored stored, Labels labels, Optional<String> input) {
            return new DataSet(
                    new DataSetDescription(
                            file, name, classes, stored.shape(), stored.type(), mapping, metric, input, output),
                    labels,
                    stored.source());
        }
    }

    /** @param folder relative paths start there */
    DataSetReader(YamlKeys keys, Path folder) {
        this.keys = keys;
        this.folder = folder;
        this.labels = new LabelReader(keys, folder);
    }

    DataSet read() {
        Common unnamed = new Common(
                keys.file(),
                keys.text("name"),
                List.of(),
                keys.optionalChoice("metric", Metric.class),
                keys.optionalText("output"),
                mapping());
        OptionalInt limit = keys.optionalInteger("limit", 1, Integer.MAX_VALUE);
        Optional<String> sha256 = keys.optionalText("sha256");
        Layout layout = keys.requiredChoice("layout", Layout.class).orElseThrow(() -> keys.refusal(KEYS_OF_LAYOUTS));
        DataSet whole = whole(layout, unnamed);
        keys.finish();
        DataSet set = limit.isPresent() ? whole.limit(limit.getAsInt()) : whole;
        sha256.ifPresent(expected -> verify(set, expected));
        return set;
    }

    private DataSet whole(Layout layout, Common unnamed) {
        try {
            Common common = unnamed.withClasses(labels.classes());
            if (keys.has("inputs")) {
                return several(layout, common);
            }
            return switch (layout) {
                case RAW -> labelled(common, raw(common.name()));
                case FILES -> files(common);
                case IMAGES -> images(common);
                case NPY -> labelled(common, npy(common.name()));
                case SHAPES -> shapes(common);
            };
        } catch (DataSetException failure) {
            throw keys.because(failure, KEYS_OF_LAYOUTS);
        }
    }

    private void verify(DataSet set, String expected) {
        String actual = set.sha256();
        if (!actual.equals(expected)) {
            throw keys.wrong("sha256", expected, actual, "restore the data, or the key if the change is meant");
        }
    }

    /** A part of each sample for each of a network's inputs. */
    private DataSet several(Layout layout, Common common) {
        if (layout != Layout.RAW && layout != Layout.NPY) {
            throw keys.wrong("inputs", "the layout raw or npy", layout.name().toLowerCase(Locale.ROOT));
        }
        if (keys.has("values")) {
            throw keys.wrong("values", "values inside of each of the inputs", "values of the set");
        }
        List<DataSet> parts = keys.sections("inputs").stream()
                .map(entry -> new DataSetReader(entry, folder).part(layout, common))
                .toList();
        if (parts.isEmpty()) {
            throw keys.refusal(KEYS_OF_LAYOUTS);
        }
        Labels given = labels.labels(
                common.metric(),
                common.classes(),
                labels.table(common.classes()),
                parts.get(0).size());
        return parts.get(0).with(parts.subList(1, parts.size())).withLabels(given);
    }

    private DataSet part(Layout layout, Common whole) {
        String input = keys.text("name");
        Common common =
                new Common(whole.file(), whole.name(), whole.classes(), whole.metric(), whole.output(), mapping());
        Stored stored = layout == Layout.RAW ? raw(whole.name()) : npy(whole.name());
        keys.finishSection();
        return common.set(stored, Labels.NONE, Optional.of(input));
    }

    /** Samples for one input. */
    private record Stored(TensorShape shape, ElementType type, SampleSource source) {}

    private DataSet labelled(Common common, Stored stored) {
        return common.set(stored, labels(common, stored.source()), Optional.empty());
    }

    private Stored raw(String name) {
        TensorShape shape = shape();
        ElementType type = keys.choice("dtype", ElementType.class);
        AxisOrder order = order();
        int window = keys.optionalInteger("window", 1, MAX_EXTENT).orElse(1);
        if (shape.elements() % window != 0 || (window > 1 && order != AxisOrder.HWC)) {
            throw keys.wrong(
                    "window",
                    "a divisor of the " + shape.elements() + " elements of a sample, in the order hwc",
                    "" + window);
        }
        StoredFile file = StoredFile.of(data());
        return new Stored(shape, type, new RecordFile(file, name, 0, shape, type, order, window));
    }

    private DataSet files(Common common) {
        TensorShape shape = shape();
        ElementType type = keys.choice("dtype", ElementType.class);
        AxisOrder order = order();
        Path data = data();
        Optional<LabelTable> table = labels.table(common.classes(), data, FileKind.RAW);
        List<String> files = table.map(LabelTable::files).orElseGet(() -> listed(data, FileKind.RAW));
        FileList source = new FileList(data, files, shape, type, order);
        return common.set(shape, type, labels.labels(common.metric(), common.classes(), table, files.size()), source);
    }

    private DataSet images(Common common) {
        TensorShape shape = shape();
        if (shape.channels() != 1 && shape.channels() != ShapeImage.CHANNELS) {
            throw keys.wrong("shape", "1 or 3 channels for images", shape.toString());
        }
        keys.choice("filter", Filter.class);
        Crop crop = crop();
        Path data = data();
        Optional<LabelTable> table = labels.table(common.classes(), data, FileKind.IMAGE);
        List<String> files = table.map(LabelTable::files).orElseGet(() -> listed(data, FileKind.IMAGE));
        ImageFolder source = new ImageFolder(data, files, shape, crop);
        return common.set(
                shape, ElementType.U8, labels.labels(common.metric(), common.classes(), table, files.size()), source);
    }

    private Crop crop() {
        OptionalDouble square = share("square_crop");
        OptionalDouble central = share("central_crop");
        if (square.isPresent() && central.isPresent()) {
            throw keys.wrong("square_crop", "one of square_crop and central_crop", "both");
        }
        return square.isPresent() ? Crop.square(square.getAsDouble()) : Crop.central(central.orElse(1));
    }

    private OptionalDouble share(String key) {
        double share = keys.number(key, 0);
        if (!keys.has(key)) {
            return OptionalDouble.empty();
        }
        if (!(share > 0 && share <= 1)) {
            throw keys.wrong(key, "a share above 0 and at most 1", "" + share);
        }
        return OptionalDouble.of(share);
    }

    private Stored npy(String name) {
        TensorShape shape = shape();
        StoredFile file = StoredFile.of(data());
        NpyHeader header = NpyHeader.read(file);
        ElementType type = header.type()
                .orElseThrow(() -> keys.wrong("data", "a NumPy array of uint8, int8 or float32", header.descr()));
        long samples = header.extents().isEmpty() ? 0 : header.extents().get(0);
        if (header.elements() != samples * shape.elements()
                || file.sizeBytes() - header.bytes() != header.elements() * type.bytes()) {
            throw keys.wrong(
                    "data",
                    "a NumPy array of samples of " + shape + " along its first axis",
                    header.extents() + " in " + file.sizeBytes() + " bytes");
        }
        return new Stored(shape, type, new RecordFile(file, name, header.bytes(), shape, type, order(), 1));
    }

    private Labels labels(Common common, SampleSource source) {
        return labels.labels(common.metric(), common.classes(), labels.table(common.classes()), source.size());
    }

    private DataSet shapes(Common common) {
        ShapeSplit split = keys.choice("split", ShapeSplit.class);
        int count = keys.integer("count", 1, MAX_DRAWN);
        DrawnShapes source = new DrawnShapes(split, count);
        TensorShape shape = new TensorShape(ShapeImage.SIZE, ShapeImage.SIZE, ShapeImage.CHANNELS);
        return common.set(shape, ElementType.U8, source.labels(), source);
    }

    /** How images are resized. */
    enum Filter {
        /** See {@link TriangleFilter}. */
        BILINEAR,
        /** The same, by the name of its kernel. */
        TRIANGLE
    }

    private TensorShape shape() {
        List<Integer> extents = keys.integers("shape", 1, MAX_EXTENT);
        if (!keys.isSound()) {
            return TensorShape.vector(1); // The document is refused, but more may be wrong with it.
        }
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
        values.get().finishSection();
        if (scale == 0) {
            throw values.get().wrong("scale", "a number other than 0", "0");
        }
        return new RealMapping(scale, offset);
    }

    private AxisOrder order() {
        return keys.optionalChoice("order", AxisOrder.class).orElse(AxisOrder.HWC);
    }

    private Path data() {
        return StoredFile.resolve(folder, keys.text("data"));
    }

    private List<String> listed(Path data, FileKind kind) {
        if (!Files.isDirectory(data)) {
            throw keys.wrong("data", "a folder that can be read", data + ", which is none");
        }
        List<String> names = FolderListing.of(data).files(kind);
        if (names.isEmpty()) {
            throw keys.wrong("data", "a folder with files " + kind.shown(), "none in " + data);
        }
        return names;
    }
}
