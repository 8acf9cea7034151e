// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Opens data sets. {@code agent/docs/datasets.md} lists the keys of their YAML and says how images are cropped and resized. */
public final class DataSets {
    static final String DEFAULT_NAME = "dataset.yaml";

    /** From the codes of an int8 input to those that start at 0. */
    private static final int INT8_OFFSET = 128;

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

    /**
     * Pseudo-random inputs, for which nothing can be right or wrong but the arithmetic: every code is equally likely.
     *
     * @param count at least 1
     */
    public static DataSet seeded(List<Tensor> inputs, long seed, int count) {
        List<DataSet> parts = new ArrayList<>();
        long own = seed;
        for (Tensor input : inputs) {
            RealMapping real = new RealMapping(input.scale(), -input.scale() * input.zeroPoint());
            parts.add(unjudged("seeded-inputs", input, real, new SeededCodes(input, own, count)));
            // Else inputs of one shape would hold the same codes.
            own = new SplittableRandom(own).nextLong();
        }
        return joined(parts);
    }

    private static DataSet joined(List<DataSet> parts) {
        return parts.get(0).with(parts.subList(1, parts.size()));
    }

    /**
     * Decodes a picture, to tell early what is wrong with it.
     *
     * @throws DataSetException when it is none that can be decoded
     */
    public static void requirePicture(Path file) {
        ImageFolder.size(file);
    }

    /**
     * One picture, the whole of it, its bytes spread over what the network's input can hold.
     *
     * @param input of a shape that {@link DataSet#isPicture} has
     */
    public static DataSet picture(Path file, Tensor input) {
        RealMapping real = ValueRange.BYTE.onto(ValueRange.of(input).usual());
        SampleSource source = ImageFolder.picture(file, input.shape(), Crop.central(1));
        return unjudged(String.valueOf(file.getFileName()), input, real, source);
    }

    /**
     * Reads the header of an array of inputs.
     *
     * @throws DataSetException when it is no NumPy array of inputs of that shape
     */
    public static void requireArray(Path npy, TensorShape input) {
        StoredFile file = StoredFile.of(npy);
        NpyHeader header = NpyHeader.read(file);
        boolean fits = header.type().isPresent()
                && header.elements() > 0
                && header.elements() == (long) header.extents().get(0) * input.elements()
                && file.sizeBytes()
                        == header.bytes()
                                + header.elements() * header.type().get().bytes();
        if (!fits) {
            throw new DataSetException(
                    npy.toString(),
                    "NumPy array",
                    "float32, uint8 or int8, inputs of " + input + " along the first axis",
                    header.descr() + " of extents " + header.extents(),
                    "write it with numpy.save, for example of x.astype(numpy.float32)");
        }
    }

    /**
     * Inputs for a network: real numbers, or its input's codes, as uint8 from 0 on, as int8 from −128 on as TensorFlow Lite
     * has them.
     *
     * @param npys for each of the network's inputs one, as {@link #requireArray} has it
     */
    public static DataSet arrays(List<Path> npys, List<Tensor> inputs) {
        List<DataSet> parts = new ArrayList<>();
        for (int input = 0; input < inputs.size(); input++) {
            parts.add(array(npys.get(input), inputs.get(input)));
        }
        return joined(parts);
    }

    private static DataSet array(Path npy, Tensor input) {
        requireArray(npy, input.shape());
        StoredFile file = StoredFile.of(npy);
        NpyHeader header = NpyHeader.read(file);
        ElementType type = header.type().orElseThrow();
        RealMapping mapping = switch (type) {
            case F32 -> RealMapping.IDENTITY;
            case U8 -> new RealMapping(input.scale(), -input.scale() * input.zeroPoint());
            case I8 -> new RealMapping(input.scale(), input.scale() * (INT8_OFFSET - input.zeroPoint()));
        };
        String name = String.valueOf(npy.getFileName());
        RecordFile source = new RecordFile(file, name, header.bytes(), input.shape(), type, AxisOrder.HWC, 1);
        return new DataSet(
                new DataSetDescription(
                        name,
                        name,
                        List.of(),
                        input.shape(),
                        type,
                        mapping,
                        Optional.of(Metric.NONE),
                        Optional.of(input.name()),
                        Optional.empty()),
                Labels.NONE,
                source);
    }

    private static DataSet unjudged(String name, Tensor input, RealMapping mapping, SampleSource source) {
        return new DataSet(
                new DataSetDescription(
                        name,
                        name,
                        List.of(),
                        input.shape(),
                        ElementType.U8,
                        mapping,
                        Optional.of(Metric.NONE),
                        Optional.of(input.name()),
                        Optional.empty()),
                Labels.NONE,
                source);
    }

    /** The same with data files relative to {@code dataFolder}. */
    public static DataSet open(Path yaml, Path dataFolder) {
        return new DataSetReader(YamlKeys.read(yaml), dataFolder).read();
    }
}
