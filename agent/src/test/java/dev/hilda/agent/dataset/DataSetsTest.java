// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSetsTest {
    private static final String RAW = """
        name: pairs
        layout: raw
        data: values.bin
        dtype: u8
        shape: [1, 2, 2]
        labels: [2, 0, 1]
        metric: top1
        """;

    @TempDir
    private Path folder;

    @Test
    void shouldReadRecordsAndLabels() throws IOException {
        write("values.bin", 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23);
        DataSet set = open(RAW + "label_offset: 5\nvalues: {scale: 0.5, offset: -1}\n");
        assertEquals(
                List.of(7, 5, 6), set.stream().map(s -> s.label().orElseThrow()).toList());
        assertArrayEquals(new float[] {4, 4.5f, 5, 5.5f}, set.sample(1).reals());
        assertEquals("pairs/2", set.sample(2).id());
        assertEquals(2, set.limit(2).size());
        assertEquals(3, set.limit(99).size());
        assertThrows(IndexOutOfBoundsException.class, () -> set.limit(2).sample(2));
    }

    private static final String TWO = """
        name: two
        layout: raw
        inputs:
          - {name: left, data: values.bin, dtype: u8, shape: [2], values: {scale: 0.5, offset: -1}}
          - {name: right, data: more.bin, dtype: i8, shape: [1, 1, 3]}
        labels: [2, 0]
        metric: top1
        """;

    /** Each input has its own file, type and meaning; the network's order counts, not the YAML's. */
    @Test
    void shouldGiveEachOfSeveralInputsItsPart() throws IOException {
        write("values.bin", 2, 4, 6, 8);
        write("more.bin", 1, 2, 3, -4, -5, -6);
        DataSet set = open(TWO);
        assertArrayEquals(new float[] {2, 3, -4, -5, -6}, set.sample(1).reals());
        Tensor left = new Tensor("left", TensorShape.vector(2), 8, 10, 1);
        Tensor right = new Tensor("right", TensorShape.vector(3), 4, 8, 1);
        DataSet arranged = set.arranged(InputSlot.of(List.of(right, left)));
        assertArrayEquals(new byte[] {4, 3, 2, 12, 13}, arranged.sample(1).codes(List.of(right, left)));
        assertEquals(
                List.of(2, 0),
                arranged.stream().map(s -> s.label().orElseThrow()).toList());
        assertEquals(Metric.TOP1, arranged.metric());
        assertArrayEquals(
                new float[] {1, 2, 3, 0, 1}, arranged.limit(1).sample(0).reals());
        assertArrayEquals(
                set.spread(1).sample(0).reals(),
                set.sample(set.spread(1).sample(0).label().orElseThrow() == 2 ? 0 : 1)
                        .reals());
        DataSetException other = assertThrows(
                DataSetException.class,
                () -> set.arranged(
                        List.of(new InputSlot("left", left.shape()), new InputSlot("wrong", right.shape()))));
        assertTrue(other.oneLine().contains("an entry for the network's input wrong"), other.oneLine());
        assertThrows(
                DataSetException.class,
                () -> set.arranged(
                        List.of(new InputSlot("left", right.shape()), new InputSlot("right", right.shape()))));
        assertThrows(DataSetException.class, () -> set.arranged(List.of(new InputSlot("left", left.shape()))));
        assertThrows(DataSetException.class, () -> set.picture(folder.resolve("a.png")));
        assertThrows(DataSetException.class, () -> new ContactSheet(set, Optional.empty()));
    }

    @Test
    void shouldRefuseInputsThatDoNotBelongTogether() throws IOException {
        write("values.bin", 2, 4, 6, 8);
        write("more.bin", 1, 2, 3);
        assertTrue(
                refusal(TWO).contains("expected as many samples for each input, got 2 for left, 1 for right"),
                refusal(TWO));
        write("more.bin", 1, 2, 3, 4, 5, 6);
        assertTrue(refusal(TWO + "values: {scale: 2}\n").contains("values inside of each of the inputs"));
        assertTrue(refusal(TWO.replace("layout: raw", "layout: files")).contains("the layout raw or npy"));
        assertTrue(refusal(TWO.replace("dtype: i8", "dtyp: i8")).contains("inputs.right.dtyp"));
        assertTrue(refusal(TWO + "shape: [2]\n").contains("shape"));
    }

    private String refusal(String yaml) {
        return assertThrows(DataSetException.class, () -> open(yaml), yaml).oneLine();
    }

    @Test
    void shouldTurnPlanesIntoPixels() throws IOException {
        write("values.bin", 1, 2, 11, 12);
        DataSet set = open(RAW.replace("[2, 0, 1]", "[0]") + "order: chw\n");
        assertArrayEquals(new byte[] {1, 11, 2, 12}, set.sample(0).codes(8, 1, 0));
    }

    @Test
    void shouldStreamAFileWithoutHoldingIt() throws IOException {
        // A sparse file of 3 GB: reading it whole could not work in an array.
        Path large = folder.resolve("values.bin");
        try (var channel = Files.newByteChannel(
                large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.position(3_000_000_000L - 1).write(ByteBuffer.wrap(new byte[] {42}));
        }
        DataSet set = open(RAW.replace("labels: [2, 0, 1]\n", "").replace("top1", "none"));
        assertEquals(750_000_000, set.size());
        assertArrayEquals(new byte[] {0, 0, 0, 42}, set.sample(749_999_999).codes(8, 1, 0));
    }

    @Test
    void shouldSpreadSamplesOverSetsInAnyOrderOfTheirClasses() throws IOException {
        int size = 1000;
        byte[] values = new byte[4 * size];
        byte[] sorted = new byte[size];
        byte[] alternating = new byte[size];
        for (int sample = 0; sample < size; sample++) {
            values[4 * sample] = (byte) (sample / 10);
            sorted[sample] = (byte) (sample / 100);
            alternating[sample] = (byte) (sample % 10);
        }
        Files.write(folder.resolve("values.bin"), values);
        for (byte[] labels : List.of(sorted, alternating)) {
            Files.write(folder.resolve("labels.bin"), labels);
            DataSet set = open(RAW.replace("[2, 0, 1]", "labels.bin"));
            DataSet spread = set.spread(100);
            assertEquals(100, spread.size());
            int[] counts = new int[10];
            for (Sample sample : spread) {
                int part = Byte.toUnsignedInt(sample.stored().get(0));
                assertEquals(sample.index(), part, "one of each part, in order");
                int label = sample.label().orElseThrow();
                counts[label]++;
            }
            assertTrue(Arrays.stream(counts).allMatch(count -> count > 0), Arrays.toString(counts));
            assertEquals(spread.sha256(), set.spread(100).sha256());
        }
        assertEquals(
                size, open(RAW.replace("[2, 0, 1]", "labels.bin")).spread(1001).size());
    }

    @Test
    void shouldAskForTheLabelsThatAMetricNeeds() throws IOException {
        Files.write(folder.resolve("values.bin"), new byte[12]);
        DataSetException auc = assertThrows(DataSetException.class, () -> open(RAW.replace("top1", "auc")));
        assertEquals("labels 0 and 1 for the metric auc", auc.expected().orElseThrow());
        assertEquals("2", auc.actual().orElseThrow());
        DataSetException agreement = assertThrows(
                DataSetException.class,
                () -> open(RAW.replace("labels: [2, 0, 1]\n", "").replace("top1", "agreement"))
                        .metric());
        assertEquals("labels for the metric agreement", agreement.expected().orElseThrow());
    }

    @Test
    void shouldReadNumpyArrays() throws IOException {
        ByteBuffer values = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 6; i++) {
            values.putFloat(i / 2f);
        }
        writeNumpy("x.npy", "<f4", "(3, 2)", values.array());
        writeNumpy("y.npy", "<i8", "(3,)", new byte[] {
            4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0
        });
        String yaml = "{name: n, layout: npy, data: x.npy, labels: y.npy, shape: [2], metric: top5}";
        DataSet set = open(yaml);
        assertArrayEquals(new float[] {1, 1.5f}, set.sample(1).reals());
        assertEquals(6, set.sample(2).label().orElseThrow());
        refuses(yaml.replace("[2]", "[3]"), "key data", "[3, 2] in");
        writeNumpy("x.npy", "<f8", "(3,)", values.array());
        refuses(yaml, "key data", "<f8");
        writeNumpy("x.npy", "<f4", "(99999999, 99999999, 99999999)", values.array());
        refuses(yaml, "NumPy header", "99999999");
        Files.writeString(folder.resolve("x.npy"), "no numpy file at all");
        refuses(yaml, "x.npy", "NumPy");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void shouldNameTheSampleWithAValueThatIsNoFiniteNumber(float bad) throws IOException {
        ByteBuffer values = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        values.putFloat(0, 1).putFloat(12, bad);
        writeNumpy("x.npy", "<f4", "(2, 2)", values.array());
        refusesSample(open("{name: n, layout: npy, data: x.npy, shape: [2], metric: mse}"), 1, "x.npy", bad);
        Files.createDirectory(folder.resolve("files"));
        Files.write(folder.resolve("files/7.bin"), Arrays.copyOfRange(values.array(), 8, 16));
        refusesSample(
                open("{name: n, layout: files, data: files, dtype: f32, shape: [2], metric: mse}"), 0, "7.bin", bad);
    }

    @Test
    void shouldDemandMetricAndLabelsOnlyOfWhoJudges() throws IOException {
        write("values.bin", 0, 1, 2, 3);
        String unlabelled = RAW.replace("labels: [2, 0, 1]\n", "");
        refusesToJudge(open(unlabelled), "key labels", "labels for the metric top1");
        DataSet bare = open(unlabelled.replace("metric: top1\n", ""));
        assertArrayEquals(new float[] {0, 1, 2, 3}, bare.sample(0).reals());
        refusesToJudge(bare, "key metric", "one of top1, top5");
        assertEquals(Metric.MSE, open(unlabelled.replace("top1", "mse")).metric());
    }

    private void refusesToJudge(DataSet set, String subject, String detail) {
        String message = text(assertThrows(DataSetException.class, set::metric));
        assertTrue(message.startsWith("dataset: " + folder.resolve("dataset.yaml") + ": " + subject), message);
        assertTrue(message.contains(detail), message);
    }

    @Test
    void shouldNameEachKnownKeyOnce() throws IOException {
        write("values.bin", 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23);
        String message = text(assertThrows(DataSetException.class, () -> open(RAW + "x: 1\n")));
        assertEquals(1, message.split("\\blabels\\b", -1).length - 1, message);
    }

    @Test
    void shouldSayWhichFilesAFolderShouldHave() {
        refuses(
                "{name: i, layout: images, data: ., filter: triangle, shape: [2, 2, 3]}",
                "key data",
                "*.jpg, *.jpeg or");
        refuses("{name: i, layout: files, data: ., dtype: u8, shape: [2, 2, 3]}", "key data", "with files *.bin");
    }

    private static void refusesSample(DataSet set, int index, String file, float value) {
        String message = text(assertThrows(DataSetException.class, () -> set.sample(index)));
        assertTrue(message.contains(file + ": sample " + index) && message.contains("got: " + value), message);
    }

    @Test
    void shouldCropAndResizeImages() throws IOException {
        BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 16; x++) {
            for (int y = 0; y < 8; y++) {
                boolean edge = x < 4 || x >= 12 || y < 2 || y >= 6;
                image.setRGB(x, y, edge ? 0xFFFFFF : 0x204060);
            }
        }
        ImageIO.write(image, "png", folder.resolve("a.png").toFile());
        Files.writeString(folder.resolve("labels.csv"), "file,class\na.png,3\n");
        String yaml = """
            {name: i, layout: images, data: ., labels: labels.csv, filter: triangle, central_crop: 0.5,
             shape: [2, 3, 3], metric: top1}\
            """;
        DataSet set = open(yaml);
        assertEquals("a.png", set.sample(0).id());
        assertEquals(3, set.sample(0).label().orElseThrow());
        byte[] codes = set.sample(0).codes(8, 1, 0);
        for (int i = 0; i < codes.length; i++) {
            assertEquals(0x20 * (1 + i % 3), codes[i], "byte " + i);
        }
        assertEquals(58, open(yaml.replace("3, 3]", "3, 1]")).sample(0).codes(8, 1, 0)[0]);
    }

    @Test
    void shouldCutASquareOutOfTheMiddle() throws IOException {
        BufferedImage image = new BufferedImage(13, 8, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 13; x++) {
            for (int y = 0; y < 8; y++) {
                image.setRGB(x, y, x << 16 | y << 8);
            }
        }
        ImageIO.write(image, "png", folder.resolve("a.png").toFile());
        String yaml = "{name: i, layout: images, data: ., filter: triangle, square_crop: 0.75, shape: [6, 6, 3],"
                + " metric: none}";
        byte[] codes = open(yaml).sample(0).codes(8, 1, 0);
        for (int pixel = 0; pixel < 36; pixel++) {
            assertEquals(3 + pixel % 6, codes[3 * pixel], "column of pixel " + pixel);
            assertEquals(1 + pixel / 6, codes[3 * pixel + 1], "row of pixel " + pixel);
        }
        refuses(yaml.replace("0.75", "1.5"), "key square_crop", "1.5");
        refuses(yaml.replace("0.75", "0.75, central_crop: 1"), "key square_crop", "both");
    }

    @Test
    void shouldNameTheImageThatCannotBeDecoded() throws IOException {
        Files.writeString(folder.resolve("1.jpg"), "not an image");
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "jpg", jpeg);
        Files.write(folder.resolve("2.jpg"), Arrays.copyOf(jpeg.toByteArray(), 120));
        DataSet set = open(
                "{name: i, layout: images, data: ., filter: triangle, shape: [2, 2, 3], labels: [0, 1], metric: top1}");
        for (int index = 0; index < 2; index++) {
            int damaged = index;
            DataSetException failure = assertThrows(DataSetException.class, () -> set.sample(damaged));
            assertTrue(text(failure).contains((index + 1) + ".jpg: image"), text(failure));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        dtype: u8          | dtype: u9            | key dtype         | one of u8, i8, f32
        dtype: u8          | kind: u8             | key dtype         | add it
        dtype: u8          | dtypo: u8            | key dtype         | rename dtypo
        labels: [2, 0, 1]  | labls: [2, 0, 1]     | key labls         | did you mean labels?
        metric: top1       | metric: top1\\nx: 1  | key x             | one of
        shape: [1, 2, 2]   | shape: [1, 2]        | key shape         | [height, width, channels]
        shape: [1, 2, 2]   | shape: [0, 2, 2]     | key shape         | from 1 to
        shape: [1, 2, 2]   | shape: [5]           | values.bin        | multiple of 5 bytes
        shape: [1, 2, 2]   | shape: 4             | key shape         | a list
        labels: [2, 0, 1]  | labels: [2, 0]       | key labels        | 3 labels
        labels: [2, 0, 1]  | labels: [2, 0, -1]   | key labels        | at least 0
        labels: [2, 0, 1]  | labels: missing.bin  | missing.bin       | nothing of that name
        labels: [2, 0, 1]  | window: 3            | key window        | divisor of the 4 elements
        data: values.bin   | data: absent.bin     | absent.bin        | nothing of that name
        data: values.bin   | data: .              | data file         | a folder
        metric: top1       | values: {scale: 0}   | key values.scale  | other than 0
        metric: top1       | metric: [            | line              | valid YAML
        metric: top1       | metric: top1\\nname: b | key name, line 8 | each key once
        metric: top1       | sha256: x\\nmetric: top1 | key sha256     | x
        """)
    void shouldSayWhatIsWrong(String good, String bad, String subject, String detail) throws IOException {
        write("values.bin", 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23);
        open(RAW);
        String damaged = RAW.replace(good, bad.replace("\\n", "\n"));
        if (bad.startsWith("values")) {
            damaged = RAW + bad + "\n";
        }
        refuses(damaged, subject, detail);
    }

    @Test
    void shouldReportEveryProblemOfTheYamlWithItsLine() {
        String yaml = """
            name: a
            layout: raw
            data: absent.bin
            dtyp: u8
            shape: [0, x]
            metric: top9
            labls: [1]
            values: {scale: big, ofset: 1}
            """;
        String message = text(assertThrows(DataSetException.class, () -> open(yaml)));
        assertEquals(
                "dataset: " + folder.resolve("dataset.yaml") + ": 7 problems\n"
                        + "  line 4: key dtype: expected this key, got nothing; rename dtyp\n"
                        + "  line 5: key shape: expected a whole number from 1 to 1048576, got 0; correct it\n"
                        + "  line 5: key shape: expected a whole number from 1 to 1048576, got \"x\"; write a bare decimal"
                        + " or 0x number; the key names the unit\n"
                        + "  line 6: key metric: expected one of top1, top5, auc, mse, agreement, none, got \"top9\";"
                        + " choose one of them\n"
                        + "  line 7: key labls: expected one of name, metric, output, values, limit, sha256, layout, classes, shape, dtype,"
                        + " order, window, data, inputs, filter, square_crop, central_crop, split, count, labels, label_offset,"
                        + " file_column, label_column, got an unknown key; did you mean labels?\n"
                        + "  line 8: key values.scale: expected a finite number, got \"big\"; correct it\n"
                        + "  line 8: key values.ofset: expected one of scale, offset, got an unknown key; did you mean"
                        + " offset?",
                message);
    }

    @Test
    void shouldAskForTheLayoutFirst() {
        refuses("name: a\nlayout: rawr\nshape: x\n", "key layout, line 2", "one of raw, files, images, npy, shapes");
        refuses("nam: a\nlayuot: raw\n", "line 2: key layout", "rename layuot");
    }

    @Test
    void shouldSayWhichLineOfTheLabelsIsWrong() throws IOException {
        write("values.bin", 0, 1, 2, 3);
        String yaml = RAW.replace("[2, 0, 1]", "labels.csv");
        Files.writeString(folder.resolve("labels.csv"), "file,label\nx,1\n");
        assertEquals(1, open(yaml).sample(0).label().orElseThrow());
        Files.writeString(folder.resolve("labels.csv"), "x,1\ny,one\n");
        refuses(yaml, "labels.csv: 1 problem\n  line 2, column 2", "\"one\"");
        Files.writeString(folder.resolve("labels.csv"), "x,1\ny,one\nz,two\n");
        refuses(yaml, "labels.csv: 2 problems", "classes: [one, two]");
        Files.writeString(folder.resolve("labels.csv"), "x,1\n");
        refuses(yaml + "label_column: 3\n", "labels.csv: 1 problem\n  line 1, columns", "at least 3, got 2");
    }

    @Test
    void shouldReadLabelsThatAreWords() throws IOException {
        write("values.bin", 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23);
        Files.writeString(folder.resolve("labels.csv"), "\uFEFFlabel\n\"no, \"\"really\"\"\"\nyes\n1\n");
        String yaml = RAW.replace("[2, 0, 1]", "labels.csv") + "label_offset: 1\n";
        DataSet set = open(yaml + "classes: [\"yes\", 'no, \"really\"']\n");
        assertEquals(
                List.of(2, 1, 2), set.stream().map(s -> s.label().orElseThrow()).toList());
        assertEquals("yes", set.className(1).orElseThrow(), "the offset does not move names");
        Files.writeString(folder.resolve("names.txt"), "yes\nno, \"really\"\n");
        assertEquals(set.classes(), open(yaml + "classes: names.txt\n").classes());
        refuses(yaml + "classes: [\"yes\", \"yes\"]\n", "key classes", "each name once");
        refuses(RAW + "classes: [a, b]\n", "key labels", "labels up to 1, as there are 2 classes");
        refuses(RAW.replace("[2, 0, 1]", "folders"), "key labels", "layouts images and files only");
    }

    /** The header of a picture is enough: this one has no pixels. */
    @Test
    void shouldRefuseAHugeImageByItsHeader() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(25);
        header.putInt(13)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(8192)
                .putInt(8192);
        header.put(new byte[] {8, 2, 0, 0, 0}).putInt(0);
        CRC32 crc = new CRC32();
        crc.update(header.array(), 4, 17);
        header.putInt(21, (int) crc.getValue());
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        png.write(header.array());
        for (String name : new String[] {"IDAT", "IEND"}) {
            CRC32 ofName = new CRC32();
            ofName.update(name.getBytes(StandardCharsets.US_ASCII));
            png.write(new byte[4]);
            png.write(name.getBytes(StandardCharsets.US_ASCII));
            png.write(ByteBuffer.allocate(4).putInt((int) ofName.getValue()).array());
        }
        Files.write(folder.resolve("1.png"), png.toByteArray());
        DataSet set = open("{name: i, layout: images, data: ., filter: triangle, shape: [2, 2, 3]}");
        String message = text(assertThrows(DataSetException.class, () -> set.sample(0)));
        assertTrue(message.contains("1.png: image") && message.contains("67108864 pixels, more than"), message);
    }

    @Test
    void shouldRefuseMoreDrawnImagesThanHaveLabels() {
        refuses("{name: s, layout: shapes, split: held_out, count: 2147483647}", "key count", "from 1 to 16777216");
    }

    @Test
    void shouldRefuseAPathWithANul() throws IOException {
        write("values.bin", 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23);
        refuses(RAW.replace("values.bin", "\"a\\0b\""), "data file", "Nul character");
        refuses(RAW.replace("[2, 0, 1]", "\"a\\0b.bin\""), "data file", "Nul character");
        refuses(RAW.replace("[2, 0, 1]", "\"a\\0b.csv\""), "data file", "Nul character");
        Files.writeString(folder.resolve("labels.csv"), "a\0b,1\n");
        String images = "{name: i, layout: LAYOUT, data: ., shape: [2, 2, 3], labels: labels.csv, ";
        refuses(images.replace("LAYOUT", "images") + "filter: triangle}", "data file", "Nul character");
        refuses(images.replace("LAYOUT", "files") + "dtype: u8}", "data file", "Nul character");
    }

    @Test
    void shouldRefuseAPipe() throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", folder.resolve("pipe").toString())
                        .start()
                        .waitFor());
        refuses(RAW.replace("values.bin", "pipe"), "pipe: data file", "a pipe or a device");
        Path pipe = folder.resolve("pipe");
        String message = text(assertThrows(DataSetException.class, () -> DataSets.open(pipe)));
        assertTrue(message.contains("a pipe or a device"), message);
    }

    private void refuses(String yaml, String subject, String detail) {
        String message = text(assertThrows(DataSetException.class, () -> open(yaml)));
        assertTrue(message.contains(subject) && message.contains(detail), message);
    }

    private static String text(Exception failure) {
        return String.valueOf(failure.getMessage());
    }

    private DataSet open(String yaml) throws IOException {
        Files.writeString(folder.resolve("dataset.yaml"), yaml);
        return DataSets.open(folder);
    }

    private void write(String file, int... values) throws IOException {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        Files.write(folder.resolve(file), bytes);
    }

    private void writeNumpy(String file, String descr, String shape, byte[] values) throws IOException {
        String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + text.length() + values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) text.length());
        bytes.put(text.getBytes(StandardCharsets.US_ASCII)).put(values);
        Files.write(folder.resolve(file), bytes.array());
    }
}
