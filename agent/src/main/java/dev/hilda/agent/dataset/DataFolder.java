// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.TensorShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at a folder of which nothing is known but that samples are in it, and says how they are stored: a folder per class
 * with images, images with a .csv of their labels, a .npy, or raw bytes; in this order.
 */
final class DataFolder {
    /** Of images without a network that says what it reads. */
    private static final int MOST_COMPARED = 50;

    private final Path folder;
    private final FolderListing listing;
    private final DataSetDraft draft;
    private final Optional<TensorShape> wanted;

    private DataFolder(Path folder, Optional<TensorShape> wanted, DataSetDraft draft) {
        this.folder = folder;
        this.listing = FolderListing.of(folder);
        this.wanted = wanted;
        this.draft = draft;
    }

    /**
     * Writes what is found into a draft.
     *
     * @param wanted shape of a sample, where it is known
     * @throws DataSetException when nothing in the folder is known, or what is known leaves the shape open
     */
    static void describe(Path folder, Optional<TensorShape> wanted, DataSetDraft draft) {
        new DataFolder(folder, wanted, draft).describe();
    }

    private void describe() {
        List<String> imageFolders = listing.folders().stream()
                .filter(name -> !FolderListing.of(folder.resolve(name))
                        .files(FileKind.IMAGE)
                        .isEmpty())
                .toList();
        boolean hasImages = !listing.files(FileKind.IMAGE).isEmpty();
        Optional<String> table = named(".csv").stream().findFirst();
        if (imageFolders.size() > 1 || (imageFolders.size() == 1 && table.isEmpty())) {
            classFolders(imageFolders);
        } else if (hasImages || imageFolders.size() == 1) {
            images(hasImages ? "." : imageFolders.get(0), table);
        } else if (!named(".npy").isEmpty()) {
            numpy(table);
        } else if (!listing.files(FileKind.RAW).isEmpty()) {
            raw(table);
        } else {
            throw unknown();
        }
    }

    private void classFolders(List<String> classes) {
        draft.key("layout", "images", "JPEG or PNG files");
        draft.key("data", ".", "the folder with a folder for each class");
        draft.key("labels", "folders", "the class of an image is the folder it is in");
        draft.classes(classes, "folders in the order of their names; the first is the network's output 0");
        List<Path> files = new ArrayList<>();
        for (String name : classes) {
            FolderListing.of(folder.resolve(name))
                    .files(FileKind.IMAGE)
                    .forEach(file -> files.add(folder.resolve(name).resolve(file)));
        }
        imageKeys(files);
        draft.metric(Metric.TOP1);
    }

    private void images(String data, Optional<String> table) {
        Path images = folder.resolve(data);
        List<String> files = FolderListing.of(images).files(FileKind.IMAGE);
        draft.key("layout", "images", "JPEG or PNG files");
        draft.key("data", data, "the folder they are in");
        table.ifPresent(file -> labelTable(LabelColumns.withFiles(folder.resolve(file), files), file));
        imageKeys(files.stream().map(images::resolve).toList());
        draft.metric(table.isPresent() ? Metric.TOP1 : Metric.NONE);
    }

    private void imageKeys(List<Path> files) {
        draft.shape(wanted.orElseGet(() -> sizeOf(files)), "height, width, channels that the network reads");
        draft.key("filter", "bilinear", "how images are resized: see datasets.md for what it equals");
        draft.remark("square_crop: 0.875 cuts a square out of the middle; without it the whole image is squeezed");
        draft.values(ElementType.U8);
    }

    /** Images of one size need no resizing. */
    private TensorShape sizeOf(List<Path> files) {
        List<TensorShape> sizes = files.stream()
                .limit(MOST_COMPARED)
                .map(ImageFolder::size)
                .distinct()
                .toList();
        if (sizes.size() > 1) {
            throw needsShape("images of " + sizes.get(0) + ", " + sizes.get(1) + " and so on");
        }
        return sizes.get(0);
    }

    private void numpy(Optional<String> table) {
        List<NumpyFile> arrays = named(".npy").stream()
                .map(name -> new NumpyFile(name, NpyHeader.read(StoredFile.of(folder.resolve(name)))))
                .toList();
        NumpyFile data = arrays.stream()
                .filter(array -> array.header().extents().size() > 1)
                .reduce((a, b) -> a.header().elements() >= b.header().elements() ? a : b)
                .orElseThrow(this::unknown);
        List<Integer> extents = data.header().extents();
        draft.key("layout", "npy", "a NumPy array, samples along its first axis");
        draft.key("data", data.name(), null);
        Optional<String> labels = arrays.stream()
                .filter(array -> array.header().extents().equals(extents.subList(0, 1)))
                .map(NumpyFile::name)
                .findFirst();
        labels.ifPresentOrElse(
                name -> draft.key("labels", name, "a number for each sample"),
                () -> table.ifPresent(file -> labelTable(LabelColumns.of(folder.resolve(file)), file)));
        draft.shape(wanted.orElseGet(() -> shapeOf(extents)), "of a sample");
        draft.values(data.header().type().orElse(ElementType.F32));
        draft.metric(labels.isPresent() || table.isPresent() ? Metric.TOP1 : Metric.NONE);
    }

    private record NumpyFile(String name, NpyHeader header) {}

    private TensorShape shapeOf(List<Integer> extents) {
        return switch (extents.size()) {
            case 2 -> TensorShape.vector(extents.get(1));
            case 3 -> new TensorShape(extents.get(1), extents.get(2), 1);
            case 4 -> new TensorShape(extents.get(1), extents.get(2), extents.get(3));
            default -> throw needsShape("an array of " + extents);
        };
    }

    private void raw(Optional<String> table) {
        List<String> files = listing.files(FileKind.RAW);
        Optional<String> labels =
                files.stream().filter(name -> name.contains("label")).findFirst();
        List<String> data =
                files.stream().filter(name -> !labels.equals(Optional.of(name))).toList();
        if (data.isEmpty()) {
            throw unknown();
        }
        TensorShape shape = wanted.orElseThrow(() -> needsShape("raw bytes"));
        long bytes = StoredFile.of(folder.resolve(data.get(0))).sizeBytes();
        boolean isOneFile = data.size() == 1;
        draft.key("layout", isOneFile ? "raw" : "files", isOneFile ? "one file of equal records" : "a file a sample");
        draft.key("data", isOneFile ? data.get(0) : ".", null);
        labels.ifPresentOrElse(
                name -> draft.key("labels", name, "a byte for each sample"),
                () -> table.ifPresent(file -> labelTable(
                        isOneFile
                                ? LabelColumns.of(folder.resolve(file))
                                : LabelColumns.withFiles(folder.resolve(file), data),
                        file)));
        Optional<Long> samples = isOneFile
                ? labels.map(name -> StoredFile.of(folder.resolve(name)).sizeBytes())
                : Optional.of(1L);
        ElementType type =
                samples.equals(Optional.of(bytes / shape.elements() / Float.BYTES)) ? ElementType.F32 : ElementType.U8;
        draft.key("dtype", type.label(), "u8, i8 or f32: i8 where the bytes are signed");
        draft.shape(shape, "of a sample");
        draft.values(type);
        draft.metric(labels.isPresent() || table.isPresent() ? Metric.TOP1 : Metric.NONE);
    }

    private void labelTable(LabelColumns columns, String file) {
        draft.key("labels", file, null);
        columns.fileColumn().ifPresent(column -> draft.key("file_column", "" + column, "of " + file + ", from 1"));
        draft.key("label_column", "" + columns.labelColumn(), "of " + file + ", from 1");
        if (!columns.classes().isEmpty()) {
            draft.classes(
                    columns.classes(), "labels in the order of the alphabet; the first is the network's output 0");
        }
    }

    private List<String> named(String suffix) {
        return listing.files().stream().filter(name -> name.endsWith(suffix)).toList();
    }

    private DataSetException needsShape(String actual) {
        return new DataSetException(
                folder.toString(),
                "shape of a sample",
                "one that the files say, or --for or --shape",
                actual,
                "--for MODEL takes the shape that the network reads, --shape 96,96,3 says it");
    }

    private DataSetException unknown() {
        List<String> deeper = listing.folders().stream()
                .filter(name ->
                        !FolderListing.of(folder.resolve(name)).folders().isEmpty())
                .toList();
        return new DataSetException(
                folder.toString(),
                "data",
                "a folder per class with images, images with a .csv of labels, a .npy, or .bin files",
                Files.isDirectory(folder)
                        ? listing.files().size() + " files and the folders " + listing.folders()
                        : "no folder",
                deeper.isEmpty()
                        ? "name the folder that holds them"
                        : "name one of its folders: hilda dataset init " + folder.resolve(deeper.get(0)));
    }
}
