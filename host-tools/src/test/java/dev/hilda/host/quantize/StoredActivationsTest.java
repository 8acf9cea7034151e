// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.tensor.Batch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StoredActivationsTest {
    private static final TensorShape SHAPE = new TensorShape(2, 1, 3);

    @Test
    void shouldGiveBackEachChunkAndLeaveNoFile() throws Exception {
        try (StoredActivations stored = new StoredActivations(SHAPE)) {
            stored.append(batch(0, 2));
            stored.append(batch(2, 3));
            stored.append(batch(5, 1));
            assertEquals(6, stored.images());
            assertEquals(3, stored.chunks());
            assertEquals(
                    List.of(0, 2, 5),
                    IntStream.range(0, 3).mapToObj(stored::firstImage).toList());
            assertArrayEquals(batch(2, 3).values(), stored.chunk(1).values());
            assertArrayEquals(batch(5, 1).values(), stored.chunk(2).values());
            assertArrayEquals(batch(0, 2).values(), stored.chunk(0).values());
            try (Stream<Path> left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
                assertEquals(0, left.filter(StoredActivationsTest::isOurs).count());
            }
        }
    }

    @Test
    void shouldFitSevenImagesInEightAndJudgeTheEighth() {
        Batch images = batch(0, 20);
        Batch held = ImageChoice.HELD_OUT.of(images, 100).orElseThrow();
        assertEquals(3, held.images());
        assertEquals(valueOf(3, 0), held.values()[0]);
        assertEquals(valueOf(11, 5), held.values()[2 * SHAPE.elements() - 1]);
        assertEquals(valueOf(19, 1), held.values()[2 * SHAPE.elements() + 1]);
        assertEquals(17, ImageChoice.FITTED.of(images, 100).orElseThrow().images());
        assertEquals(Optional.empty(), ImageChoice.HELD_OUT.of(batch(0, 7), 0));
        assertEquals(ImageChoice.ALL, ImageChoice.judging(15));
        assertEquals(2, ImageChoice.HELD_OUT.count(16));
        assertEquals(14, ImageChoice.FITTED.count(16));
    }

    private static boolean isOurs(Path file) {
        return file.getFileName().toString().startsWith("hilda-activations-");
    }

    private static float valueOf(int image, int value) {
        return image * 10 + value;
    }

    private static Batch batch(int firstImage, int images) {
        float[] values = new float[images * SHAPE.elements()];
        for (int index = 0; index < values.length; index++) {
            values[index] = valueOf(firstImage + index / SHAPE.elements(), index % SHAPE.elements());
        }
        return new Batch(SHAPE, images, values);
    }
}
