// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.InputTallies;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.emit.GeneratedSources;
import dev.hilda.host.emit.NetworkEmitter;
import dev.hilda.host.firmware.FirmwareLimits;
import dev.hilda.host.firmware.NetworkCompiler;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.OpenQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.lower.LoweringException;
import dev.hilda.host.memory.ArenaMemory;
import dev.hilda.host.memory.FusionPlanner;
import dev.hilda.host.memory.LayerSequence;
import dev.hilda.host.memory.NetworkPlan;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.InputGrids;
import dev.hilda.host.quantize.QuantizationException;
import dev.hilda.host.quantize.QuantizationResult;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import dev.hilda.host.quantize.SensitivitySearch;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.BudgetException;
import dev.hilda.host.quantize.bits.MemoryDrivenAssignment;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.OverridesFile;
import dev.hilda.host.retrain.Epoch;
import dev.hilda.host.retrain.RetrainResult;
import dev.hilda.host.retrain.Retraining;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** From a model to a bundle: the stages, one after the other. Their exceptions become failures of a kind. */
public final class ModelPipeline {
    private final NetworkCompiler compiler;
    private final String version;

    /**
     * @param version of this program, which bundles say
     */
    public ModelPipeline(NetworkCompiler compiler, String version) {
        this.compiler = compiler;
        this.version = version;
    }

    /**
     * The bits that memory leaves to each tensor; needs no calibration data and no compiler.
     *
     * @throws BenchFailure of kind model, or of kind quantize where nothing fits
     */
    public static BitPlan plan(OpenedModel opened) {
        QuantizeRequest request = opened.request();
        Graph logits = logits(opened);
        return new BitPlan(logits, inQuantization(request, () -> {
            return MemoryDrivenAssignment.assign(
                    logits, request.budget(), request.variant(), overrides(request, logits));
        }));
    }

    /**
     * Finds before the long work what would end it: a budget that will not do, an input too large for the firmware, no
     * calibration data, no compiler. What kernels work in is checked after calibration, linked sections at the end.
     *
     * @throws BenchFailure of the kind of the stage that would fail
     */
    public CheckedModel check(OpenedModel opened) throws InterruptedException {
        QuantizeRequest request = opened.request();
        compiler.requireCompiler(request.profile());
        if (opened.hasOpenInputs()) {
            DataSet inputData = calibration(request, opened.model().graph());
            inputData.sample(0);
            return new CheckedModel(opened, Optional.empty(), Optional.of(inputData));
        }
        if (opened.keepsItsQuantization()) {
            return new CheckedModel(opened, Optional.empty(), Optional.empty());
        }
        DataSet calibration = calibration(request, logits(opened));
        calibration.sample(0);
        BitPlan plan = plan(opened);
        request.retraining()
                .ifPresent(given -> inQuantization(request, () -> {
                    Retraining.require(plan.logits(), calibration, given.options());
                    return plan;
                }));
        if (request.search() != BitSearch.MEMORY_DRIVEN) {
            inQuantization(request, () -> {
                search(request, plan, options(request)).require(plan.bits());
                return plan;
            });
        }
        MemoryFit.requireStaging(request, plan, FirmwareLimits.read());
        CheckedModel checked =
                new CheckedModel(opened, Optional.of(new CheckedModel.Recipe(plan, calibration)), Optional.empty());
        request.retraining()
                .flatMap(RetrainRequest::checkpoint)
                .ifPresent(file -> inQuantization(request, () -> {
                    Retraining.requireOwn(file, checked.trainingRecipe(version));
                    return file;
                }));
        return checked;
    }

    /**
     * A hash of everything that the bytes of a model's bundle depend on; reads the calibration data.
     *
     * @param program what this program is, to the last instruction
     */
    public String inputsHash(CheckedModel checked, String program) throws InterruptedException {
        BoardProfile profile = checked.opened().request().profile();
        return checked.inputsHash(program + " " + version, compiler.requireCompiler(profile));
    }

    /**
     * The whole way; may take minutes. An interruption of the calling thread ends it.
     *
     * @throws BenchFailure of the kind of the stage that fails
     */
    public BundledModel bundle(OpenedModel opened, Progress progress) throws InterruptedException {
        return bundle(check(opened), progress);
    }

    /** The rest of the way. */
    public BundledModel bundle(CheckedModel checked, Progress progress) throws InterruptedException {
        return bundle(checked, progress, epoch -> {});
    }

    /**
     * The rest of the way.
     *
     * @param epochs hears of each one of retraining, where that is asked for
     */
    public BundledModel bundle(CheckedModel checked, Progress progress, Consumer<Epoch> epochs)
            throws InterruptedException {
        QuantizedModel model = interruptible(checked, progress, epochs);
        BoardProfile profile = checked.opened().request().profile();
        IntegerNetwork network = model.network();
        ArenaMemory arena = ArenaMemory.of(
                model.plan().arena().arenaBytes(),
                KernelScheme.scratchBytes(network),
                FirmwareLimits.read().dataBytes(profile));
        GeneratedSources sources = NetworkEmitter.emit(network, model.plan(), arena);
        NetworkFirmware firmware =
                compiler.network(profile, network.name(), sources.files(), NetworkFile.sha256(network));
        return new BundledModel(ModelBundle.of(checked, model, sources, arena, firmware, version), model);
    }

    /** Quantization waits for nothing, so that it looks for an interruption itself: wherever it tells how far it is. */
    private QuantizedModel interruptible(CheckedModel checked, Progress progress, Consumer<Epoch> epochs)
            throws InterruptedException {
        try {
            return quantize(
                    checked,
                    (step, done, total) -> {
                        if (Thread.interrupted()) {
                            throw new CancellationException("interrupted in " + step);
                        }
                        progress.advance(step, done, total);
                    },
                    epochs);
        } catch (RuntimeException ended) {
            // An interruption also closes the file that is being read, which then looks damaged.
            if (ended instanceof CancellationException || Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException(ended.getMessage());
                interrupted.initCause(ended);
                throw interrupted;
            }
            throw ended;
        }
    }

    /** Everything before code. */
    private QuantizedModel quantize(CheckedModel checked, Progress progress, Consumer<Epoch> epochs) {
        Path file = checked.opened().request().model();
        if (checked.recipe().isEmpty()) {
            QuantizedGraph own = inModel(file, () -> Canonical.of(ownQuantization(checked)));
            return lower(checked, new QuantizationResult(own, List.of()), Optional.empty());
        }
        CheckedModel.Recipe recipe = checked.recipe().get();
        CalibrationData data = CalibrationData.of(recipe.calibration());
        QuantizeRequest request = checked.opened().request();
        QuantizeOptions options = options(request);
        BitPlan plan = inQuantization(request, () -> searched(request, recipe.plan(), data, options, progress));
        QuantizationResult quantized = inQuantization(
                request, () -> Quantizer.quantize(plan.logits(), data, plan.bits(), options, progress::advance));
        if (request.retraining().isEmpty()) {
            return lower(checked.with(plan), quantized, Optional.empty());
        }
        RetrainRequest retraining = request.retraining().get();
        RetrainResult learned = inQuantization(request, () -> {
            Retraining training = new Retraining(quantized.graph(), data, retraining.options());
            retraining.checkpoint().ifPresent(kept -> training.withCheckpoint(kept, checked.trainingRecipe(version)));
            return training.run(epochs, progress::advance);
        });
        return lower(checked.with(plan), new QuantizationResult(learned.graph(), List.of()), Optional.of(learned));
    }

    private static BitPlan searched(
            QuantizeRequest request, BitPlan plan, CalibrationData data, QuantizeOptions options, Progress progress) {
        if (request.search() == BitSearch.MEMORY_DRIVEN) {
            return plan;
        }
        SensitivitySearch.Found found = search(request, plan, options).search(plan.bits(), data, progress::advance);
        return new BitPlan(plan.logits(), found.bits(), Optional.of(found));
    }

    private static SensitivitySearch search(QuantizeRequest request, BitPlan plan, QuantizeOptions options) {
        return new SensitivitySearch(
                plan.logits(),
                request.budget(),
                options,
                overrides(request, plan.logits()),
                request.search(),
                request.limits());
    }

    private static QuantizeOptions options(QuantizeRequest request) {
        return QuantizeOptions.DEFAULT.withVariant(request.variant()).withCalibration(request.method());
    }

    private static Overrides overrides(QuantizeRequest request, Graph logits) {
        Overrides given = request.overrides().map(OverridesFile::read).orElse(Overrides.NONE);
        return request.uniform().under(given, logits);
    }

    private static QuantizedGraph ownQuantization(CheckedModel checked) {
        ImportedModel model = checked.opened().model();
        if (checked.inputData().isEmpty()) {
            return model.quantized().orElseThrow();
        }
        OpenQuantization open = model.open().orElseThrow();
        CalibrationData data = CalibrationData.of(checked.inputData().get());
        return open.with(InputGrids.of(model.graph(), open.inputs(), data));
    }

    private static QuantizedModel lower(
            CheckedModel checked, QuantizationResult quantized, Optional<RetrainResult> learned) {
        QuantizeRequest request = checked.opened().request();
        IntegerNetwork network = inQuantization(request, () -> Lowering.lower(quantized.graph()));
        QuantizedModel lowered = new QuantizedModel(
                checked.opened().model().source(),
                quantized.graph().graph(),
                checked.recipe().map(recipe -> recipe.plan().bits()),
                checked.recipe().flatMap(recipe -> recipe.plan().search()),
                checked.recipe().map(recipe -> InputTallies.of(network.inputTensors(), recipe.calibration())),
                quantized.layers(),
                learned.map(result -> RetrainReport.of(
                        result, network, checked.recipe().orElseThrow().calibration())),
                network,
                plan(checked, network));
        MemoryFit.require(request, lowered, FirmwareLimits.read());
        return lowered;
    }

    private static NetworkPlan plan(CheckedModel checked, IntegerNetwork network) {
        LayerSequence layers = LayerSequence.of(network);
        Budget budget = checked.opened().request().budget();
        return checked.recipe()
                .map(recipe -> recipe.plan().bits().ram().plan().fusion())
                .map(fusion -> NetworkPlan.of(layers, fusion))
                .orElseGet(() -> FusionPlanner.plan(layers, budget.fusion(), budget.rwBytes()));
    }

    private static Graph logits(OpenedModel opened) {
        return inModel(
                opened.request().model(),
                () -> Logits.of(Canonical.of(opened.model().graph())));
    }

    private static DataSet calibration(QuantizeRequest request, Graph graph) {
        Path file = request.calibration()
                .orElseThrow(() -> BenchFailure.of(FailureKind.QUANTIZE, "quantize " + request.model())
                        .expected("calibration data for a model whose input is real numbers")
                        .actual("no --calibration")
                        .remedy("--calibration SET.yaml with some hundred inputs like those the network will meet")
                        .failure());
        DataSet set = DataSets.open(file);
        if (graph.inputs().size() > 1 || !set.isForOneInput()) {
            return set.arranged(ModelInterface.inputs(graph)).spread(request.calibrationImages());
        }
        TensorShape expected = graph.inputShape();
        if (set.shape().elements() != expected.elements()) {
            throw BenchFailure.of(FailureKind.QUANTIZE, "calibrate " + request.model())
                    .expected("inputs of " + expected + ", as the network reads them")
                    .actual(file + " has " + set.shape())
                    .remedy("correct the data set's shape or resize")
                    .failure();
        }
        return set.spread(request.calibrationImages());
    }

    private static <T> T inModel(Path file, Supplier<T> stage) {
        try {
            return stage.get();
        } catch (IllegalArgumentException e) {
            throw BenchFailure.of(FailureKind.MODEL, "use " + file)
                    .actual(String.valueOf(e.getMessage()))
                    .cause(e)
                    .failure();
        }
    }

    private static <T> T inQuantization(QuantizeRequest request, Supplier<T> stage) {
        try {
            return stage.get();
        } catch (BudgetException e) {
            BenchFailure.Builder failure = quantization(request, e);
            e.shortage().ifPresent(shortage -> failure.remedy(BudgetRemedy.of(request, shortage)));
            throw failure.failure();
        } catch (QuantizationException | LoweringException | GraphException e) {
            throw quantization(request, e).failure();
        }
    }

    private static BenchFailure.Builder quantization(QuantizeRequest request, RuntimeException cause) {
        return BenchFailure.of(FailureKind.QUANTIZE, "quantize " + request.model())
                .actual(String.valueOf(cause.getMessage()))
                .cause(cause);
    }
}
