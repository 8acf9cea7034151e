// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetDraft;
import dev.hilda.agent.dataset.DataSetDraft.Hints;
import dev.hilda.agent.dataset.DataSetDraft.Written;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.ValueRange;
import dev.hilda.agent.network.TensorShape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda dataset init FOLDER}: the YAML of the samples in a folder. */
@Command(
        name = "init",
        description = {
            "Looks at a folder and writes its dataset.yaml, with comments: a folder per class with images, images with a",
            ".csv of their labels, a .npy, or raw bytes."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda dataset init photos --for model.tflite")
final class DatasetInitCommand implements Callable<Integer> {
    private final NetworkInputs networks;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder of the samples.")
    private Path folder;

    @Option(
            names = "--for",
            paramLabel = "FILE",
            description = "The network that will read them: its shape and range of values are used.")
    private Optional<Path> network;

    @Option(
            names = "--shape",
            split = ",",
            paramLabel = "N",
            description = "Shape of a sample: height,width,channels, or the number of values.")
    private List<Integer> shape = List.of();

    @Option(
            names = "--trained-on",
            paramLabel = "LOW..HIGH",
            description = "What the network was trained on: 0..1, -1..1 or 0..255; what --for does not say is a guess.")
    private Optional<String> range;

    @Option(names = "--force", description = "Write over a dataset.yaml that is there.")
    private boolean force;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    DatasetInitCommand(NetworkInputs networks) {
        this.networks = networks;
    }

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, this::written);
    }

    private String written() {
        Hints hints = Hints.of(network.map(networks::of), new Hints(shape(), range.map(this::range)));
        Written written = DataSetDraft.write(folder, hints, force);
        DataSet set = DataSets.open(written.file());
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("file", written.file().toString());
            document.put("name", set.name());
            document.put("samples", set.size());
            document.put("classes", set.classes());
            document.put("values_guessed", written.isRangeGuessed());
            return JsonOutput.of(document);
        }
        return written.yaml()
                + "\nWrote " + written.file() + ": " + set.size() + " samples"
                + (set.classes().isEmpty() ? "" : " of " + set.classes().size() + " classes")
                + (written.isRangeGuessed()
                        ? "\n  values    a guess: say what the network was trained on with --trained-on, or correct it"
                        : "")
                + "\n  next      hilda dataset check " + folder + " --sheet sheet.html"
                + network.map(file -> " --for " + file).orElse("");
    }

    private Optional<TensorShape> shape() {
        if (shape.isEmpty()) {
            return Optional.empty();
        }
        boolean isPositive = shape.stream().allMatch(extent -> extent > 0);
        if (!isPositive || (shape.size() != 1 && shape.size() != 3)) {
            throw new ParameterException(
                    spec.commandLine(), "--shape: expected height,width,channels or one number, got " + shape);
        }
        return Optional.of(
                shape.size() == 1
                        ? TensorShape.vector(shape.get(0))
                        : new TensorShape(shape.get(0), shape.get(1), shape.get(2)));
    }

    private ValueRange range(String text) {
        String[] ends = text.split("\\.\\.", -1);
        try {
            if (ends.length == 2) {
                return new ValueRange(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
            }
        } catch (IllegalArgumentException wrong) {
            // Told below, with what is expected.
        }
        throw new ParameterException(spec.commandLine(), "--trained-on: expected LOW..HIGH, as -1..1, got " + text);
    }
}
