// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.dataset.shapes.ShapeImage;
import dev.hilda.agent.dataset.shapes.ShapeSplit;
import dev.hilda.agent.network.TensorShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            return new DataSet(
                    new DataSet.Description(file, name, classes, shape, type, mapping, metric, output), labels, source);
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
            return switch (layout) {
                case RAW -> raw(common);
                case FILES -> files(common);
                case IMAGES -> images(common);
                case NPY -> npy(common);
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

    private DataSet raw(Common common) {
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
        RecordFile source = new RecordFile(file, common.name(), 0, shape, type, order, window);
        return common.set(shape, type, labels(common, source), source);
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

    private DataSet npy(Common common) {
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
        RecordFile source = new RecordFile(file, common.name(), header.bytes(), shape, type, order(), 1);
        return common.set(shape, type, labels(common, source), source);
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
