// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

/**
 * Choices of retraining.
 *
 * @param epochs passes over the images that are not held back; at least 1
 * @param batch images a step
 * @param seed of the order and of what augmentation draws
 * @param isAugmented whether images are mirrored, moved, brightened and mixed
 */
public record RetrainOptions(
        int epochs,
        int batch,
        long seed,
        boolean isAugmented,
        LearnedQuantizers quantizers,
        RateSchedule schedule,
        TrainingLoss loss) {
    /** What measures best on small image classifiers. */
    public static final RetrainOptions DEFAULT = new RetrainOptions(50, 64, 1, true);

    public RetrainOptions {
        if (epochs < 1 || batch < 1) {
            throw new IllegalArgumentException("expected at least 1 epoch and image, got " + epochs + ", " + batch);
        }
    }

    /** With the default of everything else. */
    public RetrainOptions(int epochs, int batch, long seed, boolean isAugmented) {
        this(
                epochs,
                batch,
                seed,
                isAugmented,
                LearnedQuantizers.DEFAULT,
                RateSchedule.COSINE,
                TrainingLoss.DISTILLATION);
    }

    /** The same with other quantizers. */
    public RetrainOptions with(LearnedQuantizers others) {
        return new RetrainOptions(epochs, batch, seed, isAugmented, others, schedule, loss);
    }

    /** The same with another schedule. */
    public RetrainOptions with(RateSchedule other) {
        return new RetrainOptions(epochs, batch, seed, isAugmented, quantizers, other, loss);
    }

    /** The same with another loss. */
    public RetrainOptions with(TrainingLoss other) {
        return new RetrainOptions(epochs, batch, seed, isAugmented, quantizers, schedule, other);
    }
}
