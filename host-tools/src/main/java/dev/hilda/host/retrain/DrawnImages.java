// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.tensor.Batch;
import java.util.Map;

/** Images of a batch as they were drawn. */
final class DrawnImages {
    private final Map<String, Batch> inputs;
    private final int[] images;
    private final int[] others;
    private final float[] shares;

    /**
     * @param inputs on the codes of the network's input, by name
     * @param images their indices
     * @param others indices of what shines through each
     * @param shares of the images themselves; 1 where nothing does
     */
    DrawnImages(Map<String, Batch> inputs, int[] images, int[] others, float[] shares) {
        this.inputs = inputs;
        this.images = images;
        this.others = others;
        this.shares = shares;
    }

    Map<String, Batch> inputs() {
        return inputs;
    }

    int count() {
        return images.length;
    }

    int image(int at) {
        return images[at];
    }

    int other(int at) {
        return others[at];
    }

    float share(int at) {
        return shares[at];
    }
}
