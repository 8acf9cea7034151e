// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.frontend.tflite.TfliteWriter;
import dev.hilda.host.quantize.SmallNetwork;
import dev.hilda.host.quantize.SmoothImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A small network and images for it, as files. */
public final class TrainingFiles {
    private TrainingFiles() {}

    public static Path model(Path folder) throws IOException {
        Path file = folder.resolve("small.tflite");
        TfliteWriter.write(new SmallNetwork(new Random(11)).network(), "test", file);
        return file;
    }

    /** @param labels line of the YAML that says what they are, or nothing */
    public static Path images(Path folder, String name, int count, String labels) throws IOException {
        SmoothImages images = new SmoothImages(new Random(name.hashCode()), count);
        int elements = SmallNetwork.INPUT.elements();
        byte[] stored = new byte[count * elements];
        for (int image = 0; image < count; image++) {
            float[] values = images.image(image);
            for (int index = 0; index < elements; index++) {
                stored[image * elements + index] = (byte) Math.round(values[index] * 128);
            }
        }
        Files.write(folder.resolve(name + ".bin"), stored);
        return Files.writeString(folder.resolve(name + ".yaml"), """
                name: %1$s
                layout: raw
                data: %1$s.bin
                dtype: i8
                shape: [8, 8, 3]
                values: {scale: 0.0078125, offset: 0}
                %2$s
                """.formatted(name, labels));
    }
}
