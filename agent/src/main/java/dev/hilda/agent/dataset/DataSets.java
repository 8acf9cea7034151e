package dev.hilda.agent.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens data sets. The keys of their YAML ({@code ?}: optional):
 *
 * <pre>
 * name: cifar10-test        how reports call it
 * layout: raw               raw | files | images | npy | shapes
 * metric?: top1             top1 | top5 | auc | mse | agreement | none (see {@link Metric}); needless for calibration
 * values?: {scale: 0.0078125, offset: -1}   real = scale × stored + offset; else the stored values are the real ones
 * limit?: 100               only the first samples
 * sha256?: 64 digits        of the set (see {@link DataSet#sha256}), verified when it is opened
 *
 * shape: [32, 32, 3]        of a sample: height, width, channels, or [elements]        not of shapes
 * data: images.bin          the file or folder, relative to the YAML                   not of shapes
 * order?: hwc               hwc | chw                                                  raw, files, npy
 * dtype: u8                 u8 | i8 | f32, little-endian                               raw, files
 * window?: 5                consecutive records in a sample, moving by one             raw
 * filter: triangle          to the height and width of shape                           images
 * central_crop?: 0.875      share of height and of width that is used                  images
 * square_crop?: 0.875       instead: a square with this share of the shorter side      images
 * split: held_out           train | calibration | held_out                             shapes
 * count: 1000               images                                                     shapes
 *
 * labels?: labels.csv       .csv, .npy of integers, a file of unsigned bytes, or a list [3, 0, …]; not of shapes
 * label_offset?: 1          added to each label
 * file_column?: 1           of the .csv, from 1: which file the line is about (files, images)
 * label_column?: 3          of the .csv, from 1; else the last
 * </pre>
 *
 * <p>Images are decoded, cropped, then resized to the height and width of shape by the filter. Both crops lie about the
 * centre. With h × w pixels and share c, {@code central_crop} drops ⌊(h − c·h)/2⌋ rows at each edge, and columns likewise; what
 * is left keeps the photo's proportions and the resize squeezes it. {@code square_crop} keeps s × s pixels, s = ⌊c·min(h, w) +
 * ½⌋, from row ⌊(h − s)/2⌋ and column ⌊(w − s)/2⌋ on: as resizing the shorter side to 1/c of the network's and cutting out the
 * centre does, but with one resize.
 *
 * <p>Without a .csv, {@code files} takes the folder's *.bin and {@code images} its *.jpg, *.jpeg and *.png, numbers in their
 * names in the order of their values.
 */
public final class DataSets {
    private static final String DEFAULT_NAME = "dataset.yaml";

    private DataSets() {}

    /**
     * Opens the data set that a YAML file describes; its data files are found relative to the YAML's folder.
     *
     * @param yaml the file, or a folder with a {@code dataset.yaml}
     * @throws DataSetException with one message that names the file and the key that is wrong
     */
    public static DataSet open(Path yaml) {
        Path file = Files.isDirectory(yaml) ? yaml.resolve(DEFAULT_NAME) : yaml;
        Path parent = file.toAbsolutePath().getParent();
        return open(file, parent == null ? file.toAbsolutePath() : parent);
    }

    /**
     * Opens a data set that comes with this program.
     *
     * @param name {@code shapes-calibration} or {@code shapes-held-out}
     */
    public static DataSet shipped(String name) {
        String resource = name + ".yaml";
        try (InputStream yaml = DataSets.class.getResourceAsStream(resource)) {
            if (yaml == null) {
                throw new IllegalArgumentException("expected the name of a data set that is shipped, got " + name);
            }
            return new DataSetReader(YamlKeys.parse(resource, yaml.readAllBytes()), Path.of("")).read();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The same with data files relative to {@code dataFolder}. */
    public static DataSet open(Path yaml, Path dataFolder) {
        return new DataSetReader(YamlKeys.read(yaml), dataFolder).read();
    }
}
