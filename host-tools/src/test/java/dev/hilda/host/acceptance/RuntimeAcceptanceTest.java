// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.tflite.TfliteRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Imported models on the oracle against TensorFlow Lite's own runtime, fed the same bytes. */
class RuntimeAcceptanceTest {
    private static final int PHOTOS = 300;
    private static final int PHOTOS_IN_SHORT = 100;
    private static final int INT8_OFFSET = 128;

    @TempDir
    private Path folder;

    @BeforeAll
    static void requireRuntime() {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
    }

    /** Every output within one step of the runtime's. */
    @Test
    void shouldRebuildSoundAsTheRuntimeDoes() throws IOException, InterruptedException {
        Path model = TestData.path("models/ad01_fcae_int8.tflite");
        ImportedNetwork network = ImportedNetwork.of(model);
        double scale = network.network().inputTensor().scale();
        int zeroPoint = network.network().inputTensor().zeroPoint();
        List<byte[]> inputs = new ArrayList<>();
        for (Sample window : open("""
            name: ad01
            layout: raw
            metric: mse
            shape: [640]
            window: 5
            dtype: f32
            data: samples/ad01/normal_id_01_00000000_hist_librosa.bin
            """)) {
            byte[] input = window.codes(8, scale, zeroPoint);
            for (int i = 0; i < input.length; i++) {
                input[i] -= (byte) INT8_OFFSET;
            }
            inputs.add(input);
        }
        List<byte[]> expected = TfliteRuntime.run(model, inputs);
        int equal = 0;
        int largest = 0;
        for (int index = 0; index < inputs.size(); index++) {
            int[] output = network.ofInt8(inputs.get(index));
            for (int i = 0; i < output.length; i++) {
                int difference = Math.abs(output[i] - INT8_OFFSET - expected.get(index)[i]);
                largest = Math.max(largest, difference);
                equal += difference == 0 ? 1 : 0;
            }
        }
        int outputs = 640 * inputs.size();
        assertEquals(196, inputs.size());
        assertTrue(largest <= 1, "off by up to " + largest);
        assertTrue(equal >= 0.999 * outputs, equal + " of " + outputs + " outputs equal");
    }

    @Test
    void shouldClassifyPhotosAsTheRuntimeDoes() throws IOException, InterruptedException {
        int identical = identical("mobilenet_v1_0.25_128_quant", 128, PHOTOS_IN_SHORT);
        assertTrue(identical >= 99, identical + " of 100 identical");
    }

    @Test
    void shouldClassifyLargerPhotosAsTheRuntimeDoes() throws IOException, InterruptedException {
        int identical = identical("mobilenet_v1_0.5_160_quant", 160, PHOTOS_IN_SHORT);
        assertTrue(identical >= 99, identical + " of 100 identical");
    }

    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    @Test
    void shouldClassifyAllPhotosOfBothSizesAsTheRuntimeDoes() throws IOException, InterruptedException {
        int identical = identical("mobilenet_v1_0.25_128_quant", 128, PHOTOS);
        int larger = identical("mobilenet_v1_0.5_160_quant", 160, PHOTOS);
        assertTrue(identical >= 298 && larger >= 298, identical + " and " + larger + " of 300 identical");
    }

    /** For how many photos both have the same top-1. */
    private int identical(String name, int extent, int photos) throws IOException, InterruptedException {
        Path model = TestData.path("models/" + name + ".tflite");
        ImportedNetwork network = ImportedNetwork.of(model);
        DataSet photoSet = open("""
            name: imagenet-300
            layout: images
            metric: none
            shape: [%1$d, %1$d, 3]
            filter: triangle
            central_crop: 0.875
            data: samples/imagenet-300
            limit: %2$d
            """.formatted(extent, photos));
        assertEquals(photos, photoSet.size());
        List<byte[]> images =
                photoSet.stream().map(sample -> bytes(sample.stored())).toList();
        List<byte[]> expected = TfliteRuntime.run(model, images);
        int identical = 0;
        for (int index = 0; index < photos; index++) {
            int top = ImportedNetwork.argmax(network.ofUint8(images.get(index)));
            identical += top == ImportedNetwork.argmax(unsigned(expected.get(index))) ? 1 : 0;
        }
        return identical;
    }

    private DataSet open(String yaml) throws IOException {
        return DataSets.open(Files.writeString(folder.resolve("set.yaml"), yaml), TestData.path("."));
    }

    private static byte[] bytes(ByteBuffer stored) {
        byte[] bytes = new byte[stored.remaining()];
        stored.get(bytes);
        return bytes;
    }

    private static int[] unsigned(byte[] codes) {
        int[] values = new int[codes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(codes[i]);
        }
        return values;
    }
}
