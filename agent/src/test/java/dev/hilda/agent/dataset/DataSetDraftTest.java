// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.dataset.DataSetDraft.Hints;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetDraftTest {
    private static final Hints NOTHING = new Hints(Optional.empty(), Optional.empty());
    private static final Hints SMALL = new Hints(Optional.of(new TensorShape(2, 3, 3)), Optional.empty());

    @TempDir
    private Path folder;

    private DataSet made(Hints hints) {
        return DataSets.open(DataSetDraft.write(folder, hints, false).file());
    }

    private void image(String name, int rgb) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 24; pixel++) {
            image.setRGB(pixel % 6, pixel / 6, rgb);
        }
        ImageIO.write(image, "png", file.toFile());
    }

    @Test
    void shouldDescribeAFolderPerClass() throws IOException {
        image("dog/1.png", 0x0000FF);
        image("a: \"cat\"/10.png", 0xFF0000);
        image("a: \"cat\"/9.png", 0xFF0000);
        image(".thumbnails/9.png", 0xFF0000);
        DataSet set = made(SMALL);
        assertEquals(List.of("a: \"cat\"", "dog"), set.classes());
        assertEquals(
                List.of("a: \"cat\"/9.png", "dog/1.png", "a: \"cat\"/10.png"),
                set.stream().map(Sample::id).toList(),
                "the classes in turn");
        assertEquals(1, set.sample(1).label().orElseThrow());
        assertEquals(Optional.of("dog"), set.className(1));
        assertEquals(Metric.TOP1, set.metric());
        assertArrayEquals(new float[] {0, 0, 1}, Arrays.copyOf(set.sample(1).reals(), 3), "a guess: 0 to 1");
    }

    @Test
    void shouldDescribeImagesWithATableOfTheirLabels() throws IOException {
        image("photos/x.png", 0);
        image("photos/y.png", 0);
        Files.writeString(
                folder.resolve("meta.csv"), "id,image,class,split\n7,x.png,\"zebra, young\",a\n8,y.png,ape,b\n");
        DataSet set = made(NOTHING);
        assertEquals(new TensorShape(4, 6, 3), set.shape(), "the images' own");
        assertEquals(List.of("ape", "zebra, young"), set.classes());
        assertEquals(1, set.sample(0).label().orElseThrow());
        assertEquals(0, set.sample(1).label().orElseThrow());
    }

    @Test
    void shouldKeepLabelsThatAreNumbers() throws IOException {
        image("x.png", 0);
        image("y.png", 0);
        Files.writeString(folder.resolve("labels.csv"), "file,label\nx.png,12\ny.png,3\n");
        DataSet set = made(NOTHING);
        assertEquals(List.of(), set.classes());
        assertEquals(12, set.sample(0).label().orElseThrow());
    }

    @Test
    void shouldDescribeNumpyArrays() throws IOException {
        Files.write(folder.resolve("x.npy"), NumpyFiles.zeroes("<f4", "(3, 5, 2)", 3 * 10 * 4));
        Files.write(folder.resolve("y.npy"), NumpyFiles.zeroes("<i8", "(3,)", 3 * 8));
        DataSet set = made(NOTHING);
        assertEquals(new TensorShape(5, 2, 1), set.shape());
        assertEquals(3, set.size());
        assertTrue(set.hasLabels());
        assertEquals(RealMapping.IDENTITY, set.mapping());
    }

    @Test
    void shouldDescribeRawBytesOfTheNetworksShape() throws IOException {
        Files.write(folder.resolve("images.bin"), new byte[2 * 18]);
        Files.write(folder.resolve("labels.bin"), new byte[] {1, 0});
        assertEquals(ElementType.U8, made(SMALL).type());
        Files.write(folder.resolve("images.bin"), new byte[2 * 18 * 4]);
        DataSet floats = DataSets.open(DataSetDraft.write(folder, SMALL, true).file());
        assertEquals(ElementType.F32, floats.type(), "as many labels as floats");
        assertEquals(2, floats.size());
        Files.delete(folder.resolve("dataset.yaml"));
        String refused = refusal(NOTHING);
        assertTrue(refused.contains("shape of a sample") && refused.contains("--for MODEL"), refused);
    }

    @Test
    void shouldMapBytesToWhatTheNetworkReads() throws IOException {
        image("a/1.png", 0xFFFFFF);
        image("b/1.png", 0);
        for (Tensor input : List.of(tensor(1 / 128.0, 128), tensor(2 / 255.0, 127), tensor(1, 0), tensor(0.02, 100))) {
            NetworkInput network = new NetworkInput(
                    List.of(new InputSlot("x", input.shape())),
                    List.of(input),
                    List.of(new NetworkOutput("y", TensorShape.vector(2))),
                    0);
            DataSetDraft.Written written = DataSetDraft.write(folder, Hints.of(Optional.of(network), NOTHING), true);
            assertFalse(written.isRangeGuessed());
            DataSet set = DataSets.open(written.file());
            ValueRange range = ValueRange.of(input);
            double width = range.high() - range.low();
            assertEquals(range.high(), set.sample(0).reals()[0], 0.03 * width, written.yaml());
            assertEquals(range.low(), set.sample(1).reals()[0], 0.03 * width, written.yaml());
        }
        DataSetDraft.Written guessed = DataSetDraft.write(folder, SMALL, true);
        assertTrue(guessed.isRangeGuessed() && guessed.yaml().contains("a guess"), guessed.yaml());
    }

    private static Tensor tensor(double scale, int zeroPoint) {
        return new Tensor("x", new TensorShape(2, 3, 3), 8, zeroPoint, scale);
    }

    @Test
    void shouldOverwriteNothingUnasked() throws IOException {
        image("a/1.png", 0);
        Path yaml = Files.writeString(folder.resolve("dataset.yaml"), "mine");
        assertTrue(refusal(NOTHING).contains("--force"), "no --force in the message");
        assertEquals("mine", Files.readString(yaml));
    }

    @Test
    void shouldSayWhereToLookInAFolderOfSplits() throws IOException {
        image("train/a/1.png", 0);
        image("test/a/1.png", 0);
        assertTrue(refusal(NOTHING).contains("hilda dataset init " + folder.resolve("test")), refusal(NOTHING));
    }

    private String refusal(Hints hints) {
        return String.valueOf(assertThrows(DataSetException.class, () -> DataSetDraft.write(folder, hints, false))
                .getMessage());
    }
}
