package dev.hilda.agent.dataset;

import java.nio.file.Files;
import java.nio.file.Path;

/** Opens data sets. README.md lists the keys of their YAML. */
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

    /** The same with data files relative to {@code dataFolder}. */
    public static DataSet open(Path yaml, Path dataFolder) {
        return new DataSetReader(YamlKeys.read(yaml), dataFolder).read();
    }
}
