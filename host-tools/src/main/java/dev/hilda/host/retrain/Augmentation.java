// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.ActivationQuantization;
import java.util.SplittableRandom;

/**
 * Images that look like those given: mirrored, moved with what is beyond the edge reflected, brighter or darker, and two
 * shining through each other (Zhang et al., "mixup", ICLR 2018).
 */
final class Augmentation {
    private static final int MOST_SHIFT = 4;
    private static final double BRIGHTNESS = 0.2;
    private static final double SHARE_MIXED = 0.5;

    private final TensorShape shape;
    private final float darkest;
    private final float brightest;

    /** @param input whose codes the images become */
    Augmentation(TensorShape shape, ActivationQuantization input) {
        this.shape = shape;
        this.darkest = (float) (input.scale() * (input.lowest() - input.zeroPoint()));
        this.brightest = (float) (input.scale() * (input.highest() - input.zeroPoint()));
    }

    /** An image drawn from one. */
    static final class Drawn {
        private final float[] values;
        private final float share;

        private Drawn(float[] values, float share) {
            this.values = values;
            this.share = share;
        }

        /** The array itself. */
        float[] values() {
            return values;
        }

        /** Of that image; the rest is another's. */
        float share() {
            return share;
        }
    }

    /** @param other to be mixed in, sometimes */
    Drawn draw(float[] image, float[] other, SplittableRandom random) {
        float[] drawn = moved(image, random);
        boolean isMixed = random.nextDouble() < SHARE_MIXED;
        float weight = (float) (0.5 + 0.5 * random.nextDouble());
        if (!isMixed) {
            return new Drawn(drawn, 1);
        }
        float[] second = moved(other, random);
        for (int index = 0; index < drawn.length; index++) {
            drawn[index] = weight * drawn[index] + (1 - weight) * second[index];
        }
        return new Drawn(drawn, weight);
    }

    private float[] moved(float[] image, SplittableRandom random) {
        boolean isMirrored = random.nextBoolean();
        int down = shift(shape.height(), random);
        int across = shift(shape.width(), random);
        float gain = (float) (1 + BRIGHTNESS * (2 * random.nextDouble() - 1));
        float[] moved = new float[image.length];
        int channels = shape.channels();
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                int column = reflected(x + across, shape.width());
                int source = reflected(y + down, shape.height()) * shape.width()
                        + (isMirrored ? shape.width() - 1 - column : column);
                for (int channel = 0; channel < channels; channel++) {
                    float value = (image[source * channels + channel] - darkest) * gain + darkest;
                    moved[(y * shape.width() + x) * channels + channel] = Math.min(brightest, value);
                }
            }
        }
        return moved;
    }

    private static int shift(int extent, SplittableRandom random) {
        int most = Math.min(MOST_SHIFT, extent / 8);
        return random.nextInt(2 * most + 1) - most;
    }

    private static int reflected(int position, int extent) {
        int positive = Math.abs(position);
        return positive < extent ? positive : 2 * (extent - 1) - positive;
    }
}
