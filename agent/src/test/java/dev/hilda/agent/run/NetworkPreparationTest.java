// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        return new DeploymentSource.Opened(input, TensorShape.vector(3), () -> {
            done.add("work");
            return SmallNetwork.DEPLOYMENT;
        });
    }

    private NetworkPreparation prepare(Optional<Integer> limit) throws InterruptedException {
        return NetworkPreparation.of(this::open, FILE, folder.resolve("dataset.yaml"), limit, profile);
    }

    private long imagesOfARun(Optional<Integer> limit) throws Exception {
        FakeBench bench = new FakeBench(
                FakeBoard.withNetwork(SmallNetwork.hello(), SmallNetwork.onBoard()), folder.resolve("results"));
        NetworkTask task = prepare(limit).task(false, remarks::add);
        return new BoardRun<>(bench.request(), task, bench, new Heard<>(), new CancelToken())
                .run()
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
        prepared.task(false, remarks::add);
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
        BenchFailure refused =
                assertThrows(BenchFailure.class, () -> prepare(Optional.empty()).task(false, remarks::add));
        assertEquals(FailureKind.INPUTS, refused.kind());
        assertTrue(refused.remedy().orElseThrow().contains("no line values:"), refused::toString);
        assertTrue(refused.remedy().orElseThrow().contains("--allow-clipping"), refused::toString);
        assertEquals(List.of(), remarks);
        prepare(Optional.empty()).task(true, remarks::add);
        assertEquals(1, remarks.size());
        assertTrue(remarks.get(0).contains("no line values:"), remarks.get(0));
    }

    @Test
    void shouldSayInTheResultWhatWasClipped() throws Exception {
        SmallNetwork.dataSet(folder, IMAGES, "top1");
        Path yaml = folder.resolve("dataset.yaml");
        Files.writeString(yaml, Files.readString(yaml) + "values: {scale: 1.1, offset: 0}\nclasses: [a, b, c]\n");
        FakeBench bench = new FakeBench(
                FakeBoard.withNetwork(SmallNetwork.hello(), SmallNetwork.onBoard()), folder.resolve("results"));
        NetworkTask task = prepare(Optional.empty()).task(false, remarks::add);
        RunResult result = new BoardRun<>(bench.request(), task, bench, new Heard<>(), new CancelToken()).run();
        double clipped = result.workload().inputClippedShare().orElseThrow();
        assertTrue(clipped > 0.01 && clipped < 0.2, "about 24 of 256 bytes: " + clipped);
        assertEquals(List.of("a", "b", "c"), result.workload().classNames().orElseThrow());
        assertEquals("1 (b)", result.workload().labelled(1));
        assertEquals(1, remarks.size(), "a warning");
    }
}
