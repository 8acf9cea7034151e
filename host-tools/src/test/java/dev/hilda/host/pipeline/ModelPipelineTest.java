// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.frontend.tflite.TfliteWriter;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.memory.FusionMode;
import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.quantize.bits.RamModel;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A float model of two layers all the way to a bundle, its firmware from a fake. */
class ModelPipelineTest {
    private static final int INPUTS = 16;
    private static final int HIDDEN = 8;
    private static final int OUTPUTS = 3;
    private static final int SAMPLES = 32;
    private static final QuantizationVariant PER_CHANNEL = QuantizationVariant.PC_ICN;

    private final FakeCompiler compiler = new FakeCompiler();
    private final ModelPipeline pipeline = new ModelPipeline(compiler, "9.8.7");
    private final Random random = new Random(5);

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void writeModel() throws IOException {
        model = folder.resolve("dense.tflite");
        List<Node> nodes = List.of(
                new Node("hidden", dense(INPUTS, HIDDEN, Activation.RELU), List.of("x"), "h"),
                new Node("logits", dense(HIDDEN, OUTPUTS, Activation.NONE), List.of("h"), "y"));
        TfliteWriter.write(new Graph("dense", "x", TensorShape.vector(INPUTS), nodes, "y"), "test", model);
    }

    @Test
    void shouldBundleTheNetworkThatTheFirmwareWasMadeFor() throws Exception {
        Bundle bundle = pipeline.bundle(opened(Optional.of(calibration(INPUTS))), Progress.SILENT)
                .bundle();
        assertEquals(List.of(bundle.modelHash()), compiler.modelHashes);
        assertEquals("dense.tflite", bundle.provenance().modelFile());
        assertEquals("9.8.7", bundle.provenance().toolVersion());
        assertEquals(FakeCompiler.VERSION, bundle.provenance().toolchain());
        assertEquals("virtual-nucleo-h743zi", bundle.provenance().board());
        assertEquals(FakeCompiler.STACK_BYTES, bundle.report().stackBytes());
        assertEquals(0, bundle.calibratedClipping().orElseThrow(), "the range is the calibration's");
        assertEquals(INPUTS * HIDDEN + HIDDEN * OUTPUTS, bundle.report().macs());
        assertEquals(
                List.of(100L, 200L),
                bundle.report().layers().stream()
                        .map(layer -> layer.flashBytes())
                        .toList());
    }

    @Test
    void shouldHandOverTheBitsThatThePlanSaid() throws Exception {
        OpenedModel opened = opened(Optional.of(calibration(INPUTS)));
        QuantizedModel made = pipeline.bundle(opened, Progress.SILENT).model();
        assertEquals(ModelPipeline.plan(opened).bits(), made.bits().orElseThrow());
        assertEquals(2, made.noise().size());
    }

    @Test
    void shouldTellTheCallerHowFarItIs() throws Exception {
        List<String> heard = new ArrayList<>();
        pipeline.bundle(opened(Optional.of(calibration(INPUTS))), (step, done, total) -> heard.add(step));
        assertFalse(heard.isEmpty());
    }

    @Test
    void shouldMissCalibrationDataBeforeTheLongWork() {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> pipeline.check(opened(Optional.empty())));
        assertEquals(FailureKind.QUANTIZE, failure.kind());
        assertEquals("no --calibration", failure.actual().orElseThrow());
    }

    @Test
    void shouldCalibrateWithAsManyImagesAsAskedForFromTheWholeSet() throws Exception {
        Path data = calibration(INPUTS);
        CheckedModel checked = pipeline.check(OpenedModel.of(request(data, 4, CalibrationMethod.MSE, PER_CHANNEL)));
        DataSet chosen = checked.recipe().orElseThrow().calibration();
        assertEquals(4, chosen.size());
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("calibration.bin")));
        int last = 0;
        while (!all.slice(last * INPUTS, INPUTS).equals(chosen.sample(3).stored())) {
            last++;
        }
        assertTrue(last >= SAMPLES * 3 / 4, "the last of four is sample " + last + " of " + SAMPLES);
    }

    @Test
    void shouldReadTheFirstCalibrationImageBeforeTheLongWork() throws IOException {
        Path data = calibration(INPUTS);
        Files.writeString(data, Files.readString(data).replace("dtype: i8", "dtype: f32"));
        ByteBuffer values = ByteBuffer.allocate(SAMPLES * INPUTS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                folder.resolve("calibration.bin"), values.putFloat(0, Float.NaN).array());
        assertThrows(DataSetException.class, () -> pipeline.check(opened(Optional.of(data))));
    }

    /** Each choice leaves its mark in the network's hash. */
    @Test
    void shouldQuantizeAsTheRequestSays() throws Exception {
        Path data = calibration(INPUTS);
        Set<String> hashes = new HashSet<>();
        for (QuantizeRequest request : List.of(
                request(data, SAMPLES, CalibrationMethod.MSE, PER_CHANNEL),
                request(data, SAMPLES, CalibrationMethod.MSE, QuantizationVariant.PL_ICN),
                request(data, SAMPLES, CalibrationMethod.MIN_MAX, PER_CHANNEL),
                request(data, 1, CalibrationMethod.MSE, PER_CHANNEL))) {
            BundledModel made = pipeline.bundle(OpenedModel.of(request), Progress.SILENT);
            hashes.add(NetworkFile.sha256(made.model().network()));
        }
        assertEquals(4, hashes.size());
    }

    @Test
    void shouldRefuseCalibrationDataOfAnotherShapeBeforeTheLongWork() throws IOException {
        Path other = calibration(INPUTS + 1);
        BenchFailure failure = assertThrows(BenchFailure.class, () -> pipeline.check(opened(Optional.of(other))));
        assertEquals(FailureKind.QUANTIZE, failure.kind());
        assertTrue(failure.actual().orElseThrow().startsWith(other.toString()), failure.getMessage());
    }

    @Test
    void shouldMissTheCompilerBeforeTheLongWork() throws IOException {
        compiler.isMissing = true;
        OpenedModel opened = opened(Optional.of(calibration(INPUTS)));
        BenchFailure failure = assertThrows(BenchFailure.class, () -> pipeline.check(opened));
        assertEquals(FailureKind.BUILD, failure.kind());
    }

    @Test
    void shouldEndWhenInterruptedInTheCompiler() throws IOException {
        compiler.isInterrupted = true;
        OpenedModel opened = opened(Optional.of(calibration(INPUTS)));
        assertThrows(InterruptedException.class, () -> pipeline.bundle(opened, Progress.SILENT));
    }

    /** By its token, as one of several in a JVM; at its first sign and when all data has been read. */
    @Test
    void shouldEndInTheMiddleOfQuantizationWhenItIsCancelled() throws Exception {
        List<String> all = new ArrayList<>();
        pipeline.bundle(opened(Optional.of(calibration(INPUTS))), (step, done, total) -> all.add(step));
        compiler.modelHashes.clear();
        assertCancelledAt(0);
        assertCancelledAt(all.size() - 2);
    }

    private void assertCancelledAt(int sign) throws IOException {
        OpenedModel opened = opened(Optional.of(calibration(INPUTS)));
        CancelToken cancel = new CancelToken();
        int[] signs = {0};
        Progress cancelling = (step, done, total) -> {
            if (signs[0]++ == sign) {
                cancel.cancel();
            }
        };
        assertThrows(InterruptedException.class, () -> cancel.run(() -> pipeline.bundle(opened, cancelling)));
        assertEquals(sign + 1, signs[0]);
        assertEquals(List.of(), compiler.modelHashes);
        assertFalse(Thread.interrupted(), "the thread goes on with something else");
    }

    private OpenedModel opened(Optional<Path> calibration) {
        return OpenedModel.of(request(calibration, SAMPLES, CalibrationMethod.MSE, PER_CHANNEL));
    }

    private QuantizeRequest request(
            Path calibration, int images, CalibrationMethod method, QuantizationVariant variant) {
        return request(Optional.of(calibration), images, method, variant);
    }

    private QuantizeRequest request(
            Optional<Path> calibration, int images, CalibrationMethod method, QuantizationVariant variant) {
        return new QuantizeRequest(
                model,
                new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi"),
                new Budget(10_000, 10_000, RamModel.PUBLISHED, FusionMode.OFF, false),
                calibration,
                images,
                method,
                variant,
                BitSearch.MEMORY_DRIVEN,
                Optional.empty(),
                false);
    }

    private Path calibration(int elements) throws IOException {
        byte[] values = new byte[SAMPLES * elements];
        random.nextBytes(values);
        Files.write(folder.resolve("calibration.bin"), values);
        return Files.writeString(folder.resolve("calibration.yaml"), """
                name: calibration
                layout: raw
                data: calibration.bin
                dtype: i8
                shape: [%d]
                values: {scale: 0.0078125, offset: 0}
                """.formatted(elements));
    }

    private Operator dense(int inputs, int outputs, Activation activation) {
        float[] weights = new float[inputs * outputs];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return new Operator.FullyConnected(
                new FloatTensor(List.of(outputs, inputs), weights),
                FloatTensor.vector(new float[outputs]),
                Optional.empty(),
                activation);
    }
}
