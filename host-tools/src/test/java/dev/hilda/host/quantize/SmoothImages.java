// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;
import java.util.Optional;
import java.util.Random;

/** Smooth patterns of bytes q, read as (q − 128)/128. */
public final class SmoothImages implements CalibrationData {
    private final float[][] images;

    public SmoothImages(Random random, int count) {
        images = new float[count][SmallNetwork.INPUT.elements()];
        for (float[] image : images) {
            double tilt = random.nextDouble() * 2;
            double phase = random.nextDouble() * 6;
            for (int index = 0; index < image.length; index++) {
                double wave = Math.sin(phase + tilt * (index / 3 % 8) + 0.03 * index + index % 3);
                double noisy = 127 * (0.7 * wave + 0.3 * (random.nextDouble() * 2 - 1));
                image[index] = Math.round(noisy) / 128f;
            }
        }
    }

    @Override
    public int size() {
        return images.length;
    }

    @Override
    public float[] image(int index) {
        return images[index].clone();
    }

    @Override
    public Optional<ActivationQuantization> stored(int input) {
        return Optional.of(new ActivationQuantization(8, 1.0 / 128, 128, Rounding.HALF_UP));
    }
}
