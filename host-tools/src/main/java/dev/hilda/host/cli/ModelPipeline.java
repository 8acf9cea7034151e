package dev.hilda.host.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.emit.GeneratedSources;
import dev.hilda.host.emit.NetworkEmitter;
import dev.hilda.host.firmware.FirmwareBuild;
import dev.hilda.host.firmware.FirmwareLimits;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.lower.LoweringException;
import dev.hilda.host.memory.ArenaPlanner;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizationException;
import dev.hilda.host.quantize.QuantizationResult;
import dev.hilda.host.quantize.QuantizeOptions;
import dev.hilda.host.quantize.Quantizer;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.BudgetException;
import dev.hilda.host.quantize.bits.MemoryDrivenAssignment;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.OverridesFile;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** From a model file to firmware: the stages, one after the other. Their exceptions become failures of a kind. */
final class ModelPipeline {
    private final FirmwareBuild firmware;
    private final Progress progress;

    ModelPipeline(FirmwareBuild firmware, Progress progress) {
        this.firmware = firmware;
        this.progress = progress;
    }

    /** The model of a file. */
    static ImportedModel read(Path file) {
        try {
            return TfliteReader.read(file);
        } catch (ModelException e) {
            throw BenchFailure.of(FailureKind.MODEL, e.attempted())
                    .expected(e.expected())
                    .actual(e.actual())
                    .remedy(e.remedy())
                    .cause(e)
                    .failure();
        }
    }

    /** The model up to its logits, with the operators that later stages know. */
    static Graph logits(Path file, ImportedModel model) {
        return inModel(file, () -> Logits.of(Canonical.of(model.graph())));
    }

    /** The bits that memory leaves to each tensor. */
    static BitAssignment assign(QuantizeRequest request, Graph logits) {
        return inQuantization(request.model(), () -> {
            Overrides overrides = request.overrides().map(OverridesFile::read).orElse(Overrides.NONE);
            return MemoryDrivenAssignment.assign(logits, request.budget(), request.variant(), overrides);
        });
    }

    /**
     * Finds before the long work what would end it: a budget that will not do, an input too large for the firmware, no
     * calibration data, no compiler. What kernels work in is checked after calibration, linked sections at the end.
     *
     * @param model the request's, read
     */
    void check(QuantizeRequest request, ImportedModel model) throws InterruptedException {
        firmware.requireCompiler(request.profile());
        if (!request.keeps(model)) {
            Graph logits = logits(request.model(), model);
            calibration(request, logits).sample(0);
            MemoryFit.requireStaging(request, logits, assign(request, logits), FirmwareLimits.read());
        }
    }

    /**
     * Everything before code.
     *
     * @param model the request's, read
     */
    QuantizedModel quantize(QuantizeRequest request, ImportedModel model) {
        if (request.keeps(model)) {
            QuantizedGraph own = inModel(
                    request.model(), () -> Canonical.of(model.quantized().orElseThrow()));
            return lower(request, model, Optional.empty(), new QuantizationResult(own, List.of()));
        }
        Graph logits = logits(request.model(), model);
        BitAssignment bits = assign(request, logits);
        CalibrationData data = CalibrationData.of(calibration(request, logits));
        QuantizeOptions options =
                QuantizeOptions.DEFAULT.withVariant(request.variant()).withCalibration(request.method());
        QuantizationResult quantized = inQuantization(
                request.model(), () -> Quantizer.quantize(logits, data, bits, options, progress::advance));
        return lower(request, model, Optional.of(bits), quantized);
    }

    /** Firmware that runs the network. */
    NetworkFirmware build(QuantizedModel model, BoardProfile profile) throws InterruptedException {
        IntegerNetwork network = model.network();
        GeneratedSources sources = NetworkEmitter.emit(network, model.arena());
        return firmware.network(profile, network.name(), sources.files(), NetworkFile.sha256(network));
    }

    private static QuantizedModel lower(
            QuantizeRequest request, ImportedModel model, Optional<BitAssignment> bits, QuantizationResult quantized) {
        IntegerNetwork network = inQuantization(request.model(), () -> Lowering.lower(quantized.graph()));
        QuantizedModel lowered = new QuantizedModel(
                model.source(),
                quantized.graph().graph(),
                bits,
                quantized.layers(),
                network,
                ArenaPlanner.plan(network));
        MemoryFit.require(request, lowered, FirmwareLimits.read());
        return lowered;
    }

    private static DataSet calibration(QuantizeRequest request, Graph graph) {
        Path file = request.calibration()
                .orElseThrow(() -> BenchFailure.of(FailureKind.QUANTIZE, "quantize " + request.model())
                        .expected("calibration data for a model of real numbers")
                        .actual("no --calibration")
                        .remedy("--calibration SET.yaml with some hundred inputs like those the network will meet")
                        .failure());
        DataSet set = DataSets.open(file);
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

    private static <T> T inQuantization(Path file, Supplier<T> stage) {
        try {
            return stage.get();
        } catch (QuantizationException | BudgetException | LoweringException | GraphException e) {
            throw BenchFailure.of(FailureKind.QUANTIZE, "quantize " + file)
                    .actual(String.valueOf(e.getMessage()))
                    .cause(e)
                    .failure();
        }
    }
}
