// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CounterSource;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.result.Demands;
import dev.hilda.agent.run.AnswerFiles;
import dev.hilda.agent.run.DeploymentSource;
import dev.hilda.agent.run.NetworkPreparation;
import dev.hilda.agent.run.RunInputs;
import dev.hilda.agent.session.Deployment;
import dev.hilda.agent.session.LineRates;
import dev.hilda.host.frontend.tflite.TfliteWriter;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.memory.FusionMode;
import dev.hilda.host.pipeline.FakeCompiler;
import dev.hilda.host.pipeline.ModelPipeline;
import dev.hilda.host.pipeline.OpenedModel;
import dev.hilda.host.pipeline.QuantizeRequest;
import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.quantize.bits.RamModel;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** From a folder of JPEGs per class and a model to a run that is ready for the board, with no file written by hand. */
class StrangersPathTest {
    private static final int SIDE = 8;
    private static final int IMAGES = 6;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final BoardProfile profile = new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi");
    private Path model;
    private Path photos;

    @BeforeEach
    void bringWhatAStrangerHas() throws IOException {
        Random random = new Random(5);
        photos = folder.resolve("photos");
        for (String name : new String[] {"dark", "light"}) {
            Files.createDirectories(photos.resolve(name));
            for (int index = 0; index < IMAGES; index++) {
                BufferedImage image = new BufferedImage(32, 24, BufferedImage.TYPE_INT_RGB);
                for (int pixel = 0; pixel < 32 * 24; pixel++) {
                    int grey = random.nextInt(128) + (name.equals("light") ? 128 : 0);
                    image.setRGB(pixel % 32, pixel / 32, grey * 0x010101);
                }
                ImageIO.write(
                        image,
                        "jpg",
                        photos.resolve(name).resolve(index + ".jpg").toFile());
            }
        }
        float[] weights = new float[2 * SIDE * SIDE * 3];
        for (int index = 0; index < weights.length; index++) {
            weights[index] = (index < weights.length / 2 ? -1 : 1) * (1 + random.nextFloat());
        }
        Operator dense = new Operator.FullyConnected(
                new FloatTensor(List.of(2, weights.length / 2), weights),
                FloatTensor.vector(new float[2]),
                Optional.empty(),
                Activation.NONE);
        model = folder.resolve("model.tflite");
        List<Node> nodes = List.of(new Node("logits", dense, List.of("x"), "y"));
        TfliteWriter.write(new Graph("light", "x", new TensorShape(SIDE, SIDE, 3), nodes, "y"), "test", model);
    }

    private int hilda(String... arguments) {
        CommandLine command = Hilda.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    private Bundle quantized() throws InterruptedException {
        QuantizeRequest request = new QuantizeRequest(
                model,
                profile,
                new Budget(100_000, 100_000, RamModel.PUBLISHED, FusionMode.OFF, false),
                Optional.of(photos),
                IMAGES,
                CalibrationMethod.MSE,
                QuantizationVariant.PC_ICN,
                BitSearch.MEMORY_DRIVEN,
                Optional.empty(),
                false);
        return new ModelPipeline(new FakeCompiler(), "9.8.7")
                .bundle(OpenedModel.of(request), Progress.SILENT)
                .bundle();
    }

    private void prepare(Bundle bundle, List<String> remarks) throws InterruptedException {
        DeploymentSource source = (file, board) -> new DeploymentSource.Opened(
                InputSlot.of(bundle.network()),
                NetworkOutput.of(bundle.network()),
                () -> new Deployment(
                        bundle.network(),
                        bundle.modelHash(),
                        bundle.image(),
                        bundle.reference(),
                        bundle.provenance(),
                        bundle.report().fused(),
                        bundle.calibratedClipping(),
                        "b1".repeat(32)));
        NetworkPreparation.of(
                        source,
                        Path.of("light.hilda"),
                        RunInputs.dataSet(photos, Optional.empty()),
                        Demands.NONE,
                        AnswerFiles.NONE,
                        profile)
                .task(false, LineRates.FASTEST, CounterSource.NONE, Optional.empty(), remarks::add);
    }

    @Test
    void shouldComeToARunWithoutAFileWrittenByHand() throws Exception {
        Path sheet = folder.resolve("sheet.html");
        assertEquals(0, hilda("dataset", "init", photos.toString(), "--for", model.toString()), err.toString());
        assertEquals(
                0,
                hilda("dataset", "check", photos.toString(), "--for", model.toString(), "--sheet", sheet.toString()),
                err.toString());
        assertTrue(Files.readString(sheet).contains("1 light (6)"), "a page to look at");
        List<String> remarks = new ArrayList<>();
        prepare(quantized(), remarks);
        assertEquals(List.of(), remarks);
    }

    /** Calibrated as it should be, then run on a set whose line was lost. */
    @Test
    void shouldStopARunWhoseValuesAreNotThoseOfCalibration() throws Exception {
        assertEquals(0, hilda("dataset", "init", photos.toString(), "--for", model.toString()), err.toString());
        Bundle bundle = quantized();
        Path yaml = photos.resolve("dataset.yaml");
        Files.writeString(yaml, Files.readString(yaml).replaceAll("(?m)^values: .*\n", ""));
        BenchFailure refused = assertThrows(BenchFailure.class, () -> prepare(bundle, new ArrayList<>()));
        assertEquals(FailureKind.INPUTS, refused.kind());
        assertTrue(
                refused.remedy().orElseThrow().contains("values: {scale: 0.00392156862745098, offset: 0}"),
                refused::toString);
    }
}
