// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Data sets of the test data, described in files as a user writes them. */
final class TestDataSets {
    private TestDataSets() {}

    static Path cifarTest(Path folder) throws IOException {
        return cifar(folder, "cifar10-test-400");
    }

    static Path cifarTrain(Path folder) throws IOException {
        return cifar(folder, "cifar10-train-932");
    }

    private static Path cifar(Path folder, String name) throws IOException {
        return write(folder, name, """
                layout: raw
                data: %1$s/images_hwc_u8.bin
                dtype: u8
                shape: [32, 32, 3]
                labels: %1$s/labels_u8.bin
                metric: top1
                """.formatted(TestData.path("samples/" + name)));
    }

    /** Inputs as the int8 keyword model reads them: real = 0.5847… · (stored − 83). */
    static Path keywords(Path folder) throws IOException {
        return write(folder, "kws01-500", """
                layout: files
                data: %1$s
                dtype: i8
                shape: [49, 10, 1]
                values: {scale: 0.5847029089927673, offset: -48.53034144639969}
                labels: %1$s/y_labels.csv
                metric: top1
                """.formatted(TestData.path("samples/kws01-500")));
    }

    static Path wakeWords(Path folder) throws IOException {
        return write(folder, "vww-golden", """
                layout: files
                data: %s
                dtype: f32
                shape: [96, 96, 3]
                labels: [1, 0, 0, 0, 0, 0, 0, 1, 1, 1]
                metric: top1
                """.formatted(TestData.path("samples/vww-golden/vww/input")));
    }

    static Path machineSounds(Path folder) throws IOException {
        return write(
                folder, "ad01", """
                layout: raw
                data: %s
                dtype: f32
                shape: [640]
                window: 5
                metric: mse
                """.formatted(TestData.path("samples/ad01/normal_id_01_00000000_hist_librosa.bin")));
    }

    static Path imageNet(Path folder) throws IOException {
        return write(folder, "imagenet-300", """
                layout: images
                data: %1$s
                shape: [160, 160, 3]
                filter: triangle
                central_crop: 0.875
                values: {scale: 0.0078125, offset: -1}
                labels: %1$s/labels.csv
                label_offset: 1
                metric: top1
                """.formatted(TestData.path("samples/imagenet-300")));
    }

    private static Path write(Path folder, String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), "name: " + name + "\n" + text);
    }
}
