// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.Patches;
import java.util.Optional;

/** Output positions spread over all images that count: the same ones in the activations of either network. */
final class PatchSample {
    private static final int LEAST_ROWS = 1 << 14;
    private static final int ROWS_PER_WEIGHT = 16;

    private final Window window;
    private final ImageChoice images;
    private final TensorShape outputs;
    private final int perImage;
    private final int count;
    private final int columns;

    /** @param input of either network: shape and number of images count */
    PatchSample(Window window, StoredActivations input, ImageChoice images) {
        this.window = window;
        this.images = images;
        this.outputs = window.outputShape(input.shape(), 1);
        this.columns = Patches.columns(window, input.shape());
        int chosen = images.count(input.images());
        int wanted = Math.max(LEAST_ROWS, columns * ROWS_PER_WEIGHT);
        this.perImage = Math.min(outputs.pixels(), (wanted + chosen - 1) / chosen);
        this.count = perImage * chosen;
    }

    int count() {
        return count;
    }

    int columns() {
        return columns;
    }

    /** count × columns, row-major. */
    float[] rows(StoredActivations input) {
        float[] rows = new float[Math.multiplyExact(count, columns)];
        int image = 0;
        for (int chunk = 0; chunk < input.chunks(); chunk++) {
            Optional<Batch> batch = images.of(input.chunk(chunk), input.firstImage(chunk));
            for (int own = 0; batch.isPresent() && own < batch.get().images(); own++) {
                copy(batch.get(), own, image++, rows);
            }
        }
        return rows;
    }

    private void copy(Batch batch, int own, int image, float[] rows) {
        for (int index = 0; index < perImage; index++) {
            int position = position(image, index);
            int target = (image * perImage + index) * columns;
            Patches.copy(batch, window, own, position / outputs.width(), position % outputs.width(), rows, target);
        }
    }

    /** Evenly spread over the image, beginning elsewhere in each. */
    private int position(int image, int index) {
        long offset = (long) image * 7919 % outputs.pixels();
        return (int) ((offset + (long) index * outputs.pixels() / perImage) % outputs.pixels());
    }
}
