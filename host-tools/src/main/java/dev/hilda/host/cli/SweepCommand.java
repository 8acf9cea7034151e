// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.cli.ProgressLines;
import dev.hilda.agent.cli.RunOutput;
import dev.hilda.agent.cli.VersionResource;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.pipeline.ModelFiles;
import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.quantize.bits.RamModel;
import dev.hilda.host.sweep.BitGoal;
import dev.hilda.host.sweep.BudgetGoal;
import dev.hilda.host.sweep.Sweep;
import dev.hilda.host.sweep.SweepBits;
import dev.hilda.host.sweep.SweepFiles;
import dev.hilda.host.sweep.SweepRequest;
import dev.hilda.host.sweep.SweepTable;
import dev.hilda.host.sweep.Treatment;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda sweep}: the table of the method on a user's network. */
@Command(
        name = "sweep",
        description = {
            "Quantizes a float model in each variant at each bit mix and tells the accuracy of the integers, with its"
                    + " interval, beside the float network's, and what each takes of flash and RAM.",
            "Writes sweep.html, sweep.md, sweep.csv and sweep.json. Finished rows stay in the folder: the same command goes on where"
                    + " it was stopped."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda sweep ic01.tflite --data cifar10-test.yaml --calibration cifar10-train.yaml -o ic01-sweep",
            "  hilda sweep ic01.tflite --data cifar10-test.yaml --calibration cifar10-train.yaml -o ic01-sweep \\",
            "      --variants PC_ICN,PC_THRESHOLDS --bits W4A4,W2A4 --retrain 50 --seeds 3 --json",
            "  hilda sweep ic01.tflite --data cifar10-test.yaml --calibration cifar10-train.yaml -o ic01-budgets \\",
            "      --variants PC_ICN --budgets 60000/32000,45000/20000 --ram-model planned"
        })
final class SweepCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A float32 .tflite or .onnx file, a classifier.")
    private Path model;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "SET.yaml",
            description = "Labelled, to measure accuracy on.")
    private Path data;

    @Option(
            names = "--calibration",
            required = true,
            paramLabel = "SET.yaml",
            description = "Other inputs like those the network will meet, to decide codes by.")
    private Path calibration;

    @Option(
            names = "--calibration-images",
            paramLabel = "N",
            defaultValue = "512",
            description = "At most so many of them, from all over the set; default: ${DEFAULT-VALUE}.")
    private int calibrationImages;

    @Option(names = "--limit", paramLabel = "N", description = "Measure on the first N samples of --data only.")
    private Optional<Integer> limit;

    @Option(
            names = "--ranges",
            paramLabel = "METHOD",
            defaultValue = "MSE",
            description = "Activation ranges: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private CalibrationMethod ranges;

    @Option(
            names = "--variants",
            split = ",",
            paramLabel = "VARIANT",
            defaultValue = "PL_FB,PL_ICN,PC_ICN,PC_THRESHOLDS",
            description = "Some of ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private List<QuantizationVariant> variants;

    @Option(
            names = "--bits",
            split = ",",
            paramLabel = "BITS",
            description =
                    "Some of ${COMPLETION-CANDIDATES}: bits of weights and activations; the first and the last layer's"
                            + " weights keep 8, but for W4A4_THROUGHOUT; default: all, or none with --budgets.")
    private List<SweepBits> bits = List.of();

    @Option(
            names = "--budgets",
            split = ",",
            paramLabel = "FLASH/RAM",
            converter = SweepBudgetConverter.class,
            description = {
                "Bytes of weights and of activations, as 512000/256000: rows with the bits of the memory-driven rule and with"
                        + " those that the search by sensitivity finds, and whether these lose less."
            })
    private List<Budget> budgets = List.of();

    @Option(
            names = "--ram-model",
            paramLabel = "MODEL",
            defaultValue = "published",
            converter = RamModelConverter.class,
            description = "Of --budgets: published or planned, as in hilda quantize; default: ${DEFAULT-VALUE}.")
    private RamModel ramModel;

    @Option(
            names = "--retrain",
            paramLabel = "EPOCHS",
            description =
                    "A further row for each: retrained on the calibration data, without labels, for so many passes.")
    private Optional<Integer> retrainEpochs;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of --retrain: as many rows, one a seed; default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--augment",
            paramLabel = "HOW",
            defaultValue = "images",
            description = "Of --retrain: images or off, as in hilda retrain; default: ${DEFAULT-VALUE}.")
    private String augment;

    @Option(
            names = "--requantize",
            description = "Take the real numbers that a quantized file stands for as the float network.")
    private boolean requantize;

    @Option(names = "-o", required = true, paramLabel = "FOLDER", description = "For the table and its rows.")
    private Path folder;

    @Option(names = "--json", description = "Print the table as one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, this::swept);
    }

    private String swept() throws InterruptedException {
        requirePositive("--calibration-images", calibrationImages);
        limit.ifPresent(count -> requirePositive("--limit", count));
        retrainEpochs.ifPresent(count -> requirePositive("--retrain", count));
        requirePositive("--seeds", seeds);
        if (!augment.equals("images") && !augment.equals("off")) {
            throw new ParameterException(spec.commandLine(), "--augment: expected images or off, got " + augment);
        }
        ImportedModel imported = ModelFiles.read(model);
        if (imported.isQuantized() && !requantize) {
            throw new ParameterException(
                    spec.commandLine(),
                    "MODEL: expected float32, got " + model + ", which is quantized already; give the float file, or"
                            + " --requantize to take the real numbers that it stands for");
        }
        Graph logits = logits(imported);
        SweepRequest request = new SweepRequest(
                hash(),
                logits,
                measured(logits),
                calibrating(logits),
                ranges,
                variants.stream().distinct().toList(),
                goals(),
                treatments(),
                VersionResource.version());
        PrintWriter err = spec.commandLine().getErr();
        SweepTable table = new Sweep(request, folder, ProgressLines.to(err), line -> {
                    err.println("hilda: " + line);
                    err.flush();
                })
                .run();
        SweepFiles.write(table, folder);
        return json ? SweepFiles.json(table) : SweepOutput.text(table, folder);
    }

    private List<BitGoal> goals() {
        List<SweepBits> uniform = bits.isEmpty() && budgets.isEmpty() ? List.of(SweepBits.values()) : bits;
        List<BitGoal> goals = new ArrayList<>(uniform);
        goals.addAll(BudgetGoal.compared(
                budgets.stream().map(budget -> budget.with(ramModel)).toList()));
        return goals.stream().distinct().toList();
    }

    private List<Treatment> treatments() {
        if (retrainEpochs.isEmpty()) {
            return List.of(Treatment.POST_TRAINING);
        }
        return Treatment.withRetraining(retrainEpochs.get(), seeds, augment.equals("images"));
    }

    private Graph logits(ImportedModel imported) {
        try {
            Graph graph = Logits.of(Canonical.of(imported.graph()));
            if (graph.inputs().size() == 1
                    && graph.outputs().size() == 1
                    && graph.outputShape().channels() > 1) {
                return graph;
            }
            throw BenchFailure.of(FailureKind.MODEL, "sweep " + model)
                    .expected("a classifier with one input and one output of several classes")
                    .actual(graph.inputs().size() + " inputs, "
                            + graph.outputs().size() + " outputs, "
                            + graph.outputShape().channels() + " classes")
                    .remedy("hilda quantize for networks of other kinds")
                    .failure();
        } catch (IllegalArgumentException e) {
            throw BenchFailure.of(FailureKind.MODEL, "use " + model)
                    .actual(String.valueOf(e.getMessage()))
                    .cause(e)
                    .failure();
        }
    }

    private DataSet measured(Graph logits) {
        DataSet set = fitting(data, logits);
        if (!set.hasLabels()) {
            throw BenchFailure.of(FailureKind.DATASET, "sweep on " + data)
                    .expected("labels, to measure accuracy by")
                    .actual("none")
                    .remedy("add labels to the data set's YAML")
                    .failure();
        }
        int classes = logits.outputShape().elements();
        int largest = set.largestLabel().orElse(0);
        if (largest >= classes) {
            throw BenchFailure.of(FailureKind.DATASET, "sweep on " + data)
                    .expected("labels from 0 to " + (classes - 1) + ", the network's classes")
                    .actual("a label " + largest)
                    .remedy("correct the labels or their offset in the data set's YAML")
                    .failure();
        }
        return limit.map(set::limit).orElse(set);
    }

    private DataSet calibrating(Graph logits) {
        return fitting(calibration, logits).spread(calibrationImages);
    }

    private static DataSet fitting(Path file, Graph logits) {
        DataSet set = DataSets.open(file);
        int expected = logits.inputShape().elements();
        if (set.size() == 0 || !set.isForOneInput() || set.shape().elements() != expected) {
            throw BenchFailure.of(FailureKind.DATASET, "sweep with " + file)
                    .expected("samples of " + logits.inputShape() + ", as the network reads them")
                    .actual(set.size() + " samples of " + set.shapes())
                    .remedy("correct the data set's shape or resize")
                    .failure();
        }
        set.sample(0);
        return set;
    }

    private String hash() {
        try {
            return Sha256.hex(Files.readAllBytes(model));
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.MODEL, "read " + model)
                    .actual(String.valueOf(e.getMessage()))
                    .cause(e)
                    .failure();
        }
    }

    private void requirePositive(String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + ": expected at least 1, got " + value);
        }
    }
}
