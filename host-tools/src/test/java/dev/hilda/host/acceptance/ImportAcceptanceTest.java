// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.testing.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportAcceptanceTest {
    private static final int CIFAR_BYTES = 32 * 32 * 3;

    @BeforeAll
    static void requireData() {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
    }

    @Test
    void shouldRepeatTheRecordedOutputsOfTheImageClassifier() throws IOException {
        ImportedNetwork network = ImportedNetwork.of(TestData.path("models/ic01_resnet8_int8.tflite"));
        byte[] images = Files.readAllBytes(TestData.path("samples/cifar10-test-400/images_hwc_u8.bin"));
        byte[] labels = Files.readAllBytes(TestData.path("samples/cifar10-test-400/labels_u8.bin"));
        List<String> recorded =
                Files.readAllLines(TestData.path("samples/cifar10-test-400/reference_outputs_ic01_int8.csv"));
        int equal = 0;
        int largest = 0;
        int correct = 0;
        for (int image = 0; image < 400; image++) {
            int[] output = network.ofUint8(Arrays.copyOfRange(images, image * CIFAR_BYTES, (image + 1) * CIFAR_BYTES));
            String[] expected = recorded.get(image + 1).split(",", -1)[4].split(" ", -1);
            for (int c = 0; c < 10; c++) {
                int difference = Math.abs(output[c] - 128 - Integer.parseInt(expected[c]));
                equal += difference == 0 ? 1 : 0;
                largest = Math.max(largest, difference);
            }
            correct += ImportedNetwork.argmax(output) == labels[image] ? 1 : 0;
        }
        assertTrue(equal >= 3996, equal + " of 4000 softmax outputs equal");
        assertTrue(largest <= 1, "off by up to " + largest);
        assertEquals(356, correct, "correct of 400");
    }

    /** The recorded 139 does not say how the crop was resized; nor do JPEG decoders agree in every pixel. */
    @Test
    void shouldClassifyPhotosAsWellAsTheOriginal(@TempDir Path folder) throws IOException {
        ImportedNetwork network = ImportedNetwork.of(TestData.path("models/mobilenet_v1_0.25_128_quant.tflite"));
        Path yaml = Files.writeString(folder.resolve("photos.yaml"), """
            name: imagenet-300
            layout: images
            metric: top1
            shape: [128, 128, 3]
            filter: triangle
            square_crop: 0.875
            data: samples/imagenet-300
            labels: samples/imagenet-300/labels.csv
            label_offset: 1
            """);
        int first = 0;
        int amongFive = 0;
        for (Sample photo : DataSets.open(yaml, TestData.path("."))) {
            byte[] pixels = new byte[photo.stored().remaining()];
            photo.stored().get(pixels);
            int[] output = network.ofUint8(pixels);
            int label = photo.label().orElseThrow();
            long higher = Arrays.stream(output).filter(o -> o > output[label]).count();
            long equalBefore = Arrays.stream(output, 0, label)
                    .filter(o -> o == output[label])
                    .count();
            first += higher + equalBefore < 1 ? 1 : 0;
            amongFive += higher + equalBefore < 5 ? 1 : 0;
        }
        assertEquals(144, first, "top-1 of 300");
        assertEquals(224, amongFive, "top-5 of 300");
    }

    @Test
    void shouldSpotKeywordsAsWellAsTheOriginal() throws IOException {
        ImportedNetwork network = ImportedNetwork.of(TestData.path("models/kws01_dscnn_int8.tflite"));
        int correct = 0;
        List<String> rows = Files.readAllLines(TestData.path("samples/kws01-500/y_labels.csv"));
        for (String row : rows) {
            String[] cells = row.split(",", -1);
            byte[] input = Files.readAllBytes(TestData.path("samples/kws01-500/" + cells[0]));
            correct += ImportedNetwork.argmax(network.ofInt8(input)) == Integer.parseInt(cells[2]) ? 1 : 0;
        }
        assertEquals(500, rows.size());
        assertTrue(Math.abs(correct - 449) <= 2, correct + " of 500 correct");
    }

    @Test
    void shouldMeetTheGoldenOutputsOfVisualWakeWords() throws IOException {
        Path folder = TestData.path("samples/vww-golden/vww");
        ImportedNetwork network = ImportedNetwork.of(folder.resolve("vww.tflite"));
        double scale = network.network().inputTensor().scale();
        int zeroPoint = network.network().inputTensor().zeroPoint();
        for (int sample = 0; sample < 10; sample++) {
            FloatBuffer reals = floats(folder.resolve("input/" + sample + ".bin"));
            byte[] codes = new byte[reals.remaining()];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = (byte) Math.max(0, Math.min(255, Math.round(reals.get(i) / scale) + zeroPoint));
            }
            int[] output = network.ofUint8(codes);
            FloatBuffer golden = floats(folder.resolve("output_tflite/" + sample + ".bin"));
            assertEquals(output.length, golden.remaining());
            for (int c = 0; c < output.length; c++) {
                double steps = golden.get(c) * 256;
                assertEquals(steps, output[c], 1.001, "sample " + sample + ", output " + c);
            }
        }
    }

    private static FloatBuffer floats(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }
}
