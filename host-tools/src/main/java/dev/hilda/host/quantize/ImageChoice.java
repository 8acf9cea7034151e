// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.tensor.Batch;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which calibration images count. A layer fitted to some of them tells its noise on the others: on its own images a layer
 * with many weights looks far better than on new ones.
 */
enum ImageChoice {
    ALL(1, false),
    FITTED(8, false),
    HELD_OUT(8, true),

    /** To compare widths: half of the images fit every layer at every width, the others judge them. */
    FITTED_HALF(2, false),
    JUDGING_HALF(2, true);

    /** Of fewer images, all are fitted and all tell the noise. */
    private static final int LEAST_IMAGES = 16;

    private final int every;
    private final boolean isHeldOut;

    ImageChoice(int every, boolean isHeldOut) {
        this.every = every;
        this.isHeldOut = isHeldOut;
    }

    static ImageChoice fitted(int images) {
        return images < LEAST_IMAGES ? ALL : FITTED;
    }

    static ImageChoice judging(int images) {
        return images < LEAST_IMAGES ? ALL : HELD_OUT;
    }

    static ImageChoice fittedHalf(int images) {
        return images < LEAST_IMAGES ? ALL : FITTED_HALF;
    }

    static ImageChoice judgingHalf(int images) {
        return images < LEAST_IMAGES ? ALL : JUDGING_HALF;
    }

    /**
     * Whether an image counts.
     *
     * @param image index among all
     */
    boolean includes(int image) {
        return this == ALL || (image % every == every - 1) == isHeldOut;
    }

    /** How many of so many images count. */
    int count(int images) {
        return (int) IntStream.range(0, images).filter(this::includes).count();
    }

    /** Those of a batch that count; empty where none does. */
    Optional<Batch> of(Batch batch, int firstImage) {
        int[] chosen = IntStream.range(0, batch.images())
                .filter(image -> includes(firstImage + image))
                .toArray();
        if (chosen.length == 0 || chosen.length == batch.images()) {
            return chosen.length == 0 ? Optional.empty() : Optional.of(batch);
        }
        int elements = batch.shape().elements();
        float[] values = new float[chosen.length * elements];
        for (int index = 0; index < chosen.length; index++) {
            System.arraycopy(batch.values(), chosen[index] * elements, values, index * elements, elements);
        }
        return Optional.of(new Batch(batch.shape(), chosen.length, values));
    }
}
