// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.cli.FailureReport;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.firmware.NetworkCompiler;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.pipeline.ModelPipeline;
import dev.hilda.host.retrain.TrainingFiles;
import dev.hilda.profile.BoardProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What {@code hilda retrain} refuses, and when. */
class RetrainCommandTest {
    private static final int USAGE = 2;
    private static final int QUANTIZE = 13;

    /** What comes after training fails here. */
    private static final int TRAINED = 4;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--epochs=0        | --epochs: expected at least 1, got 0",
                "--batch=-3        | --batch: expected at least 1, got -3",
                "--augment=photos  | --augment: expected images or off, got photos",
                "--schedule=linear | expected cosine or gentle or published, got",
                "--effort=full     | --effort: hilda retrain trains anyway",
                "--loss=l1         | expected distillation or labels, got",
                "--weight-quantizer=lsq | expected learned-step or pact or min-max, got",
                "--activation-quantizer=min-max | expected learned-step or pact, got",
                "--weight-bits=3   | --weight-bits: expected 8, 4 or 2, got 3",
            })
    void shouldSayWhatOptionsTake(String option, String message) throws IOException {
        assertEquals(USAGE, retrain(images(20), option), err::toString);
        assertTrue(err.toString().contains(message), err::toString);
        assertNothingDone();
    }

    @Test
    void shouldRefuseTooFewImages() throws IOException {
        assertEquals(QUANTIZE, retrain(images(19)), err::toString);
        assertTrue(err.toString().contains("at least 20 images, got 19"), err::toString);
        assertNothingDone();
    }

    @Test
    void shouldRefuseToLearnLabelsThatAreNotThere() throws IOException {
        assertEquals(QUANTIZE, retrain(images(20), "--loss=labels"), err::toString);
        assertTrue(err.toString().contains("data set images has no label of image 0"), err::toString);
        assertNothingDone();
    }

    @Test
    void shouldRefuseLabelsOfOtherClasses() throws IOException {
        Path images = TrainingFiles.images(folder, "images", 20, labels(20, 6));
        assertEquals(QUANTIZE, retrain(images, "--loss=labels"), err::toString);
        assertTrue(err.toString().contains("data set images calls image 5 5, expected 0 to 4"), err::toString);
        assertNothingDone();
    }

    @Test
    void shouldSayThatItIsJudgedByLabels() throws IOException {
        Path images = TrainingFiles.images(folder, "images", 20, labels(20, 5));
        assertEquals(TRAINED, retrain(images, "--loss=labels", "--schedule=published", "--epochs=1"), err::toString);
        assertTrue(err.toString().matches("(?s).*held back: cross entropy .* nats, right answer .*"), err::toString);
    }

    private static String labels(int count, int classes) {
        return "labels: "
                + IntStream.range(0, count).mapToObj(image -> image % classes).toList();
    }

    @Test
    void shouldRefuseAQuantizedModel() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        Path quantized = TestData.path("models/ic01_resnet8_int8.tflite");
        assertEquals(USAGE, run(quantized, images(20)), err::toString);
        assertTrue(err.toString().contains("is quantized already; --requantize"), err::toString);
        assertNothingDone();
    }

    /** Other options, other images: told before calibration. */
    @Test
    void shouldRefuseTheCheckpointOfAnotherTraining() throws IOException {
        String checkpoint = "--checkpoint=" + folder.resolve("training");
        Path images = images(40);
        assertEquals(TRAINED, retrain(images, "--epochs=1", checkpoint), err::toString);
        assertTrue(Files.exists(folder.resolve("training")));
        Path overrides = Files.writeString(folder.resolve("bits.yaml"), "weights: {stem: 4}\n");
        requireRefused(images, "--epochs=2", checkpoint);
        requireRefused(images, "--epochs=1", "--ranges=MIN_MAX", checkpoint);
        requireRefused(images, "--epochs=1", "--overrides=" + overrides, checkpoint);
        requireRefused(TrainingFiles.images(folder, "images", 41, ""), "--epochs=1", checkpoint);
        assertEquals(TRAINED, retrain(images(40), "--epochs=1", checkpoint), err::toString);
    }

    private void requireRefused(Path images, String... options) throws IOException {
        err.getBuffer().setLength(0);
        Files.deleteIfExists(folder.resolve("out.hilda"));
        assertEquals(QUANTIZE, retrain(images, options), err::toString);
        assertTrue(
                err.toString().contains("expected one of this model, these images and options, got another file"),
                err::toString);
        assertNothingDone();
    }

    private void assertNothingDone() {
        assertFalse(Files.exists(folder.resolve("out.hilda")));
        assertFalse(err.toString().contains("calibrate:"), err::toString);
        assertFalse(err.toString().contains("before training"), err::toString);
    }

    private Path images(int count) throws IOException {
        return TrainingFiles.images(folder, "images", count, "");
    }

    private int retrain(Path images, String... options) throws IOException {
        return run(TrainingFiles.model(folder), images, options);
    }

    private int run(Path model, Path images, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                model.toString(),
                "--board=virtual-nucleo-h743zi",
                "--calibration=" + images,
                "-o",
                folder.resolve("out.hilda").toString()));
        arguments.addAll(List.of(options));
        CommandLine command =
                FailureReport.install(new CommandLine(new RetrainCommand(new ModelPipeline(new NoBuild(), "1"))));
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments.toArray(String[]::new));
    }

    /** A compiler that is there, until it is asked for firmware. */
    private static final class NoBuild implements NetworkCompiler {
        @Override
        public String requireCompiler(BoardProfile profile) {
            return "gcc 1";
        }

        @Override
        public NetworkFirmware network(BoardProfile profile, String name, Map<String, String> files, String hash) {
            throw BenchFailure.of(FailureKind.BUILD, "build " + name).failure();
        }
    }
}
