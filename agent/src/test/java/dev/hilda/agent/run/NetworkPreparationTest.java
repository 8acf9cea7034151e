// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.CounterSource;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.result.Demands;
import dev.hilda.agent.result.PictureResult;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.session.LineRates;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkPreparationTest {
    private static final int IMAGES = 20;
    private static final Path FILE = Path.of("small.hilda");

    @TempDir
    private Path folder;

    private final BoardProfile profile = new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi");
    private final List<String> done = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private TensorShape input = TensorShape.vector(4);

    private DeploymentSource.Opened open(Path file, BoardProfile board) {
        done.add("open " + file + " for " + board.name());
        return new DeploymentSource.Opened(
                List.of(new InputSlot("input", input)),
                List.of(new NetworkOutput("logits", TensorShape.vector(3))),
                () -> {
                    done.add("work");
                    return SmallNetwork.DEPLOYMENT;
                });
    }

    private NetworkPreparation prepare(Optional<Integer> limit) throws InterruptedException {
        return prepare(RunInputs.dataSet(folder.resolve("dataset.yaml"), limit), Demands.NONE);
    }

    private NetworkPreparation prepare(RunInputs inputs, Demands demands) throws InterruptedException {
        return NetworkPreparation.of(this::open, FILE, inputs, demands, AnswerFiles.NONE, profile);
    }

    private RunResult run(RunInputs inputs) throws Exception {
        FakeBench bench = new FakeBench(
                FakeBoard.withNetwork(SmallNetwork.hello(), SmallNetwork.onBoard()), folder.resolve("results"));
        NetworkTask task = prepare(inputs, Demands.NONE)
                .task(false, LineRates.FASTEST, CounterSource.NONE, Optional.empty(), remarks::add);
        return new BoardRun<>(bench.request(), task, bench, new Heard<>(), new CancelToken()).run();
    }

    private long imagesOfARun(Optional<Integer> limit) throws Exception {
        return run(RunInputs.dataSet(folder.resolve("dataset.yaml"), limit))
                .accuracy()
                .orElseThrow()
                .parityMatched();
    }

    @Test
    void shouldRunTheImagesThatTheUserWants() throws Exception {
        SmallNetwork.dataSet(folder, IMAGES, "top1");
        assertEquals(IMAGES, imagesOfARun(Optional.empty()));
        assertEquals(7, imagesOfARun(Optional.of(7)));
    }

    @Test
    void shouldLeaveTheLongWorkToTheTask() throws Exception {
        SmallNetwork.dataSet(folder, IMAGES, "top1");
        NetworkPreparation prepared = prepare(Optional.empty());
        assertEquals(List.of("open small.hilda for virtual-nucleo-h743zi"), done);
        prepared.task(false, LineRates.FASTEST, CounterSource.NONE, Optional.empty(), remarks::add);
        assertEquals(List.of("open small.hilda for virtual-nucleo-h743zi", "work"), done);
    }

    @Test
    void shouldRefuseADataSetWithoutAMetricBeforeItOpensTheFile() throws Exception {
        SmallNetwork.dataSet(folder, IMAGES, "top1");
        Path yaml = folder.resolve("dataset.yaml");
        Files.writeString(yaml, Files.readString(yaml).replace("metric: top1\n", ""));
        DataSetException refused = assertThrows(DataSetException.class, () -> prepare(Optional.empty()));
        assertTrue(String.valueOf(refused.getMessage()).contains("metric"), refused::toString);
        assertEquals(List.of(), done);
    }

    @Test
    void shouldRefuseADataSetWhoseFirstImageCannotBeReadBeforeItOpensTheFile() throws IOException {
        SmallNetwork.dataSet(folder, IMAGES, "top1");
        Path yaml = folder.resolve("dataset.yaml");
        Files.writeString(yaml, Files.readString(yaml).replace("dtype: u8", "dtype: f32"));
        ByteBuffer images = ByteBuffer.allocate(IMAGES * 4 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(folder.resolve("images.bin"), images.putFloat(0, Float.NaN).array());
        assertThrows(DataSetException.class, () -> prepare(Optional.empty()));
        assertEquals(List.of(), done);
    }

    @Test
    void shouldRefuseADataSetOfAnotherShape() throws Exception {
        SmallNetwork.dataSet(folder, IMAGES, "top1");
        input = TensorShape.vector(5);
        BenchFailure refused = assertThrows(BenchFailure.class, () -> prepare(Optional.empty()));
        assertEquals(FailureKind.DATASET, refused.kind());
        assertEquals("samples of 5 values", refused.expected().orElseThrow());
        assertEquals(1, done.size(), "no long work");
    }

    @Test
    void shouldRefuseValuesThatTheInputCannotTellApart() throws Exception {
        SmallNetwork.dataSet(folder, IMAGES, "top1");
        Path yaml = folder.resolve("dataset.yaml");
        Files.writeString(yaml, Files.readString(yaml) + "values: {scale: 0.00392156862745098, offset: 0}\n");
        BenchFailure refused = assertThrows(
                BenchFailure.class,
                () -> prepare(Optional.empty())
                        .task(false, LineRates.FASTEST, CounterSource.NONE, Optional.empty(), remarks::add));
        assertEquals(FailureKind.INPUTS, refused.kind());
        assertTrue(refused.remedy().orElseThrow().contains("no line values:"), refused::toString);
        assertTrue(refused.remedy().orElseThrow().contains("--allow-clipping"), refused::toString);
        assertEquals(List.of(), remarks);
        prepare(Optional.empty()).task(true, LineRates.FASTEST, CounterSource.NONE, Optional.empty(), remarks::add);
        assertEquals(1, remarks.size());
        assertTrue(remarks.get(0).contains("no line values:"), remarks.get(0));
    }

    @Test
    void shouldSayInTheResultWhatWasClipped() throws Exception {
        SmallNetwork.dataSet(folder, IMAGES, "top1");
        Path yaml = folder.resolve("dataset.yaml");
        Files.writeString(yaml, Files.readString(yaml) + "values: {scale: 1.1, offset: 0}\nclasses: [a, b, c]\n");
        RunResult result = run(RunInputs.dataSet(folder.resolve("dataset.yaml"), Optional.empty()));
        double clipped = result.workload().inputClippedShare().orElseThrow();
        assertTrue(clipped > 0.01 && clipped < 0.2, "about 24 of 256 bytes: " + clipped);
        assertEquals(List.of("a", "b", "c"), result.workload().classNames().orElseThrow());
        assertEquals("1 (b)", result.workload().labelled(1));
        assertEquals(1, remarks.size(), "a warning");
    }

    @Test
    void shouldMeasureLatencyAndParityWithoutData() throws Exception {
        RunResult result = run(RunInputs.seeded(7, 12));
        assertTrue(result.outcome().passed());
        assertEquals(12, result.accuracy().orElseThrow().parityMatched());
        assertEquals(7, result.workload().inputSeed().orElseThrow());
        assertEquals(300 + 3 * 11, result.latency().orElseThrow().cyclesMax());
        assertFalse(result.toJson().contains("accuracy"), result::toJson);
        assertTrue(result.toJson().contains("\"input_seed\":7"), result::toJson);
        assertEquals(List.of(), remarks);
    }

    @Test
    void shouldDrawTheSameInputsFromTheSameSeed() throws Exception {
        String sha256 = run(RunInputs.seeded(7, 12)).origin().dataSha256();
        assertEquals(sha256, run(RunInputs.seeded(7, 12)).origin().dataSha256());
        assertNotEquals(sha256, run(RunInputs.seeded(8, 12)).origin().dataSha256());
    }

    @Test
    void shouldRefuseAnAccuracyThatIsNotMeasuredBeforeItOpensTheFile() throws Exception {
        SmallNetwork.dataSet(folder, IMAGES, "mse");
        Demands demands = new Demands(OptionalDouble.of(0.5), OptionalDouble.empty());
        RunInputs inputs = RunInputs.dataSet(folder, Optional.empty());
        BenchFailure refused = assertThrows(BenchFailure.class, () -> prepare(inputs, demands));
        assertEquals("metric: mse", refused.actual().orElseThrow());
        assertEquals(List.of(), done);
    }

    @Test
    void shouldRefuseAPictureForANetworkThatReadsNone() throws Exception {
        Path picture = picture();
        BenchFailure refused = assertThrows(
                BenchFailure.class,
                () -> prepare(RunInputs.picture(picture, Optional.empty(), remarks::add), Demands.NONE));
        assertEquals("one that reads 1x1x4", refused.actual().orElseThrow());
        Path text = Files.writeString(folder.resolve("text.png"), "no picture");
        assertThrows(DataSetException.class, () -> RunInputs.picture(text, Optional.empty(), remarks::add));
    }

    /** Two pixels, black and white, for a network that reads values from −1 to 1. */
    @Test
    void shouldSpreadAPictureOverTheRangeOfTheInput() throws Exception {
        Tensor input = new Tensor("input", new TensorShape(1, 2, 1), 8, 128, 1.0 / 128);
        DataSet one =
                RunInputs.picture(picture(), Optional.empty(), remarks::add).of(List.of(input));
        assertEquals(1, one.size());
        assertArrayEquals(new byte[] {0, (byte) 255}, one.sample(0).codes(List.of(input)));
        assertEquals(1, remarks.size());
        assertTrue(remarks.get(0).contains("values: {scale: 0.00784313725490196, offset: -1}"), remarks.get(0));
    }

    @Test
    void shouldPrepareAPictureAsTheSamplesOfASetAndNameWhatItIsTakenFor() throws Exception {
        Path picture = picture();
        Path set = Files.writeString(
                folder.resolve("set.yaml"),
                "name: pair\nlayout: images\ndata: .\nshape: [1, 4, 1]\nfilter: bilinear\nmetric: none\n"
                        + "values: {scale: 0.5, offset: 0}\nclasses: [a, b, c]\n");
        input = new TensorShape(1, 4, 1);
        RunInputs inputs = RunInputs.picture(picture, Optional.of(set), remarks::add);
        assertArrayEquals(
                new byte[] {0, 32, 96, (byte) 128},
                inputs.of(SmallNetwork.NETWORK.inputTensors()).sample(0).codes(8, 1, 0),
                "halved, and between the pixels interpolated");
        RunResult result = run(inputs);
        List<PictureResult.Prediction> predictions =
                result.picture().orElseThrow().predictions();
        assertEquals(3, predictions.size());
        assertTrue(predictions.get(0).score() > predictions.get(1).score(), predictions::toString);
        assertEquals(
                "abc".charAt(predictions.get(0).label()) + "",
                predictions.get(0).name().orElseThrow());
        assertEquals("black-white.png", result.workload().dataSet());
        assertEquals(result, RunResult.parse(result.toJson()));
    }

    private Path picture() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 0, 0xFFFFFF);
        Path file = folder.resolve("black-white.png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }
}
