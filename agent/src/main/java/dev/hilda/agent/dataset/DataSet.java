// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.network.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Inputs for a network, with labels where there are any. Each sample is read when it is asked for, so that a set may be
 * larger than memory; the size is known before the first is read. Opened by {@link DataSets}.
 */
public final class DataSet implements Iterable<Sample> {
    private static final long SPREAD_SEED = 1;

    private final DataSetDescription description;
    private final Labels labels;
    private final SampleSource source;
    private final int size;

    /** What a network of several inputs gets beside this one's samples. */
    private final List<DataSet> further;

    DataSet(DataSetDescription description, Labels labels, SampleSource source) {
        this(description, labels, source, source.size(), List.of());
    }

    /** @param further sets of as many samples, whose labels are not asked for */
    private DataSet(
            DataSetDescription description, Labels labels, SampleSource source, int size, List<DataSet> further) {
        this.description = description;
        this.labels = labels;
        this.source = source;
        this.size = size;
        this.further = List.copyOf(further);
    }

    /**
     * For a network of several inputs: what this set has goes to one of them, what each of the others has to another.
     *
     * @throws DataSetException when they differ in their number of samples
     */
    DataSet with(List<DataSet> others) {
        for (DataSet other : others) {
            if (other.size != size) {
                throw new DataSetException(
                        description.file(),
                        "key inputs",
                        "as many samples for each input",
                        size + " for " + inputName() + ", " + other.size + " for " + other.inputName(),
                        "give each input its part of every sample, in the same order");
            }
        }
        return new DataSet(description, labels, source, size, others);
    }

    DataSet withLabels(Labels given) {
        return new DataSet(description, given, source, size, further);
    }

    private String inputName() {
        return description.input().orElse("the only input");
    }

    /** Name of the input that this part of a set for several is for. */
    String inputOfSeveral() {
        return description.input().orElseThrow();
    }

    /** Name of the output that the metric judges, where the YAML says it. */
    Optional<String> judgedOutput() {
        return description.output();
    }

    /** Added to each label. */
    int labelOffset() {
        return labels.offset();
    }

    /** This set's part and those of the others. */
    List<DataSet> parts() {
        return Stream.concat(Stream.of(this), further.stream()).toList();
    }

    /** What is stored for each input, for messages. */
    public String shapes() {
        return parts().stream().map(part -> part.shape().toString()).collect(Collectors.joining(", "));
    }

    /** Whether samples have one part. */
    public boolean isForOneInput() {
        return further.isEmpty();
    }

    /**
     * The same set with its inputs in a network's order: by their names where there are several.
     *
     * @param inputs of the network
     * @throws DataSetException when the network has other inputs, or some of other numbers of elements
     */
    public DataSet arranged(List<InputSlot> inputs) {
        requireInputs(inputs);
        if (isForOneInput()) {
            return this;
        }
        List<DataSet> arranged = inputs.stream().map(this::part).toList();
        return new DataSet(
                arranged.get(0).description.judged(description),
                labels,
                arranged.get(0).source,
                size,
                arranged.subList(1, arranged.size()));
    }

    private DataSet part(InputSlot input) {
        List<DataSet> parts = parts();
        return parts.stream()
                .filter(part -> parts.size() == 1 || part.description.input().equals(Optional.of(input.name())))
                .findFirst()
                .orElseThrow(() -> new DataSetException(
                        description.file(),
                        "key inputs",
                        "an entry for the network's input " + input.name(),
                        parts.stream().map(DataSet::inputName).collect(Collectors.joining(", ")),
                        "give the entries the names that hilda inspect shows"));
    }

    /**
     * Requires a part for each input of a network.
     *
     * @throws DataSetException when the network has other inputs, or some of other numbers of elements
     */
    void requireInputs(List<InputSlot> inputs) {
        if (inputs.size() != parts().size()) {
            throw new DataSetException(
                    description.file(),
                    "key inputs",
                    "samples of "
                            + inputs.stream()
                                    .map(input -> input.name() + " " + input.shape())
                                    .collect(Collectors.joining(", "))
                            + ", as the network reads them",
                    shapes(),
                    "list an entry for each of the network's inputs");
        }
        for (InputSlot input : inputs) {
            DataSet part = part(input);
            if (part.shape().elements() != input.shape().elements()) {
                throw new DataSetException(
                        description.file(),
                        "key shape",
                        "samples of " + input.shape() + ", as the network reads them",
                        part.shape().toString(),
                        "correct the shape, or choose the set that the network was trained for");
            }
        }
    }

    public String name() {
        return description.name();
    }

    /** Name of a label, its offset added; empty where the set does not name it. */
    public Optional<String> className(int label) {
        int index = label - labels.offset();
        List<String> classes = description.classes();
        return index >= 0 && index < classes.size() ? Optional.of(classes.get(index)) : Optional.empty();
    }

    /** Names of the labels from 0 on, before any offset; empty where the set names none. */
    public List<String> classes() {
        return description.classes();
    }

    /** Names by label, offset added; empty texts for labels that the set does not name, nothing where it names none. */
    public Optional<List<String>> classNames() {
        int labelled = classes().isEmpty() ? 0 : classes().size() + labels.offset();
        return labelled <= 0
                ? Optional.empty()
                : Optional.of(IntStream.range(0, labelled)
                        .mapToObj(label -> className(label).orElse(""))
                        .toList());
    }

    /** The labels that the set names, offset added. */
    IntStream classLabels() {
        return IntStream.range(0, description.classes().size()).map(index -> index + labels.offset());
    }

    /** The labels of all samples, offset added; none without labels. */
    IntStream labels() {
        return labels.stream(size);
    }

    /** Whether there is a metric; calibration needs none. */
    boolean isJudged() {
        return description.metric().isPresent();
    }

    /** Of every sample; of several inputs that of the first. */
    public TensorShape shape() {
        return description.shape();
    }

    public ElementType type() {
        return description.type();
    }

    /** From stored values to what the network reads. */
    public RealMapping mapping() {
        return description.mapping();
    }

    /**
     * How outputs on this set are judged. Calibration asks for none.
     *
     * @throws DataSetException when the YAML names none, or lacks the labels that it needs
     */
    public Metric metric() {
        Metric metric =
                description.metric().orElseThrow(() -> lacks("metric", "one of top1, top5, auc, mse, agreement, none"));
        if (metric.needsLabels() && !hasLabels()) {
            throw lacks("labels", "labels for the metric " + metric.label());
        }
        return metric;
    }

    /**
     * Which of a network's outputs the metric judges: the only one, or the one that the YAML names, or the first.
     *
     * @return a position in {@code outputs}
     * @throws DataSetException when the YAML names none of several outputs
     */
    public int judged(List<NetworkOutput> outputs) {
        if (outputs.size() == 1 || description.output().isEmpty()) {
            return 0;
        }
        String wanted = description.output().get();
        List<String> names = outputs.stream().map(NetworkOutput::name).toList();
        int found = names.indexOf(wanted);
        if (found < 0) {
            throw new DataSetException(
                    description.file(),
                    "key output",
                    "one of the network's outputs: " + String.join(", ", names),
                    wanted,
                    "name one of them, or leave the key out for the first");
        }
        return found;
    }

    private DataSetException lacks(String key, String expected) {
        return new DataSetException(
                description.file(),
                "key " + key,
                expected,
                "nothing: the set serves for calibration only",
                "add it; metric: none measures no accuracy");
    }

    /** Samples. */
    public int size() {
        return size;
    }

    public boolean hasLabels() {
        return labels.present();
    }

    /** Of one sample, offset added; empty without labels. */
    public OptionalInt label(int index) {
        return labels.label(index);
    }

    /** The largest label; empty without labels. */
    public OptionalInt largestLabel() {
        return labels.stream(size).max();
    }

    /**
     * The first samples of this set: {@code count} of them, or all when there are fewer.
     *
     * @param count at least 1
     */
    public DataSet limit(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("expected a limit of at least 1, got " + count);
        }
        return new DataSet(description, labels, source, Math.min(size, count), further);
    }

    /**
     * One other picture as a set of its own, without a label: prepared as those of this set are, with its class names. A
     * set of bytes that are no picture files takes the whole of it, resized.
     *
     * @throws DataSetException when the samples of this set are nothing that a picture can become
     */
    public DataSet picture(Path file) {
        Optional<SampleSource> alike = source.picture(file);
        boolean isPixels = type() == ElementType.U8 && isPicture(shape());
        if (!isForOneInput() || (alike.isEmpty() && !isPixels)) {
            throw new DataSetException(
                    description.file(),
                    "the set",
                    "samples of bytes with 1 or 3 channels, which a picture can become",
                    type().label() + " of " + shapes(),
                    "leave out --image, or name a data set of pictures");
        }
        SampleSource one = alike.orElseGet(() -> ImageFolder.picture(file, shape(), Crop.central(1)));
        return new DataSet(
                description.unjudged(String.valueOf(file.getFileName())), new Labels(new int[0], labels.offset()), one);
    }

    /** Whether pixels can be samples of that shape. */
    public static boolean isPicture(TensorShape shape) {
        return shape.pixels() > 1 && (shape.channels() == 1 || shape.channels() == ImageDecoder.RGB);
    }

    /**
     * Samples from all over this set, in its order: {@code count} of them, or all when there are fewer. Sample i is drawn
     * at random from the i-th of {@code count} equal parts, so that the classes are drawn about evenly from sets in the order of
     * their classes as from sets in which they alternate. The same set gives the same samples.
     *
     * @param count at least 1
     */
    public DataSet spread(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("expected at least 1 sample, got " + count);
        }
        if (count >= size) {
            return this;
        }
        SplittableRandom random = new SplittableRandom(SPREAD_SEED);
        int[] chosen = IntStream.range(0, count)
                .map(part -> random.nextInt(partStart(part, count), partStart(part + 1, count)))
                .toArray();
        List<DataSet> others =
                further.stream().map(other -> other.chosen(chosen)).toList();
        return chosen(chosen).with(others);
    }

    private DataSet chosen(int[] chosen) {
        return new DataSet(description, labels.of(chosen), new ChosenSamples(source, chosen));
    }

    private int partStart(int part, int parts) {
        return Math.toIntExact((long) part * size / parts);
    }

    /**
     * Reads one sample.
     *
     * @param index 0 … size − 1
     * @throws DataSetException when its file cannot be read or decoded, or a value is no finite number
     */
    public Sample sample(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("expected a sample from 0 to " + (size - 1) + ", got " + index);
        }
        OptionalInt label = labels.label(index);
        List<InputValues> inputs =
                parts().stream().map(part -> part.values(index)).toList();
        return new Sample(index, source.id(index), label, inputs);
    }

    /** Of this part alone. */
    InputValues values(int index) {
        return new InputValues(shape(), type(), mapping(), source.read(index));
    }

    /** The samples in order, each read when the stream comes to it. */
    public Stream<Sample> stream() {
        return IntStream.range(0, size).mapToObj(this::sample);
    }

    /**
     * SHA-256 over the samples in order: of each the stored values, then its label as a little-endian int32, −1 without
     * one. 64 hexadecimal digits. Reads the whole set.
     */
    public String sha256() {
        Sha256 hash = new Sha256();
        forEach(sample -> add(hash, sample));
        return hash.hex();
    }

    /** {@link #sha256()} of the samples before the first that cannot be read. */
    public String readableSha256() {
        return readableSha256(sample -> {});
    }

    /**
     * The same.
     *
     * @param readable hears of each of those samples
     */
    public String readableSha256(Consumer<Sample> readable) {
        Sha256 hash = new Sha256();
        try {
            forEach(sample -> {
                add(hash, sample);
                readable.accept(sample);
            });
        } catch (DataSetException e) {
            // Whoever needs that sample meets the same, and says so.
        }
        return hash.hex();
    }

    private static void add(Sha256 hash, Sample sample) {
        sample.inputs().forEach(input -> hash.add(input.stored()));
        hash.add(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, sample.label().orElse(-1))
                .array());
    }

    @Override
    public Iterator<Sample> iterator() {
        return stream().iterator();
    }

    @Override
    public String toString() {
        return name() + " (" + size + " × " + shapes() + ")";
    }
}
