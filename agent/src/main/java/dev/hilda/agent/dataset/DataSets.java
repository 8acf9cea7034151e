// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens data sets. {@code agent/docs/datasets.md} lists the keys of their YAML and says how images are cropped and resized. */
public final class DataSets {
    static final String DEFAULT_NAME = "dataset.yaml";

    private DataSets() {}

    /**
     * Opens the data set that a YAML file describes; its data files are found relative to the YAML's folder.
     *
     * @param yaml the file, or a folder with a {@code dataset.yaml}
     * @throws DataSetException with one message that names the file and the key that is wrong
     */
    public static DataSet open(Path yaml) {
        Path file = Files.isDirectory(yaml) ? yaml.resolve(DEFAULT_NAME) : yaml;
        if (Files.isDirectory(yaml) && Files.notExists(file)) {
            throw new DataSetException(
                    yaml.toString(), "data set", "a " + DEFAULT_NAME, "none", "hilda dataset init " + yaml);
        }
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
