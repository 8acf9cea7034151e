// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

/** What is learned about codes. */
public record LearnedQuantizers(WeightQuantizer weights, ActivationQuantizer activations) {
    /** What measures best on small image classifiers. */
    public static final LearnedQuantizers DEFAULT =
            new LearnedQuantizers(WeightQuantizer.LEARNED_STEP, ActivationQuantizer.LEARNED_STEP);
}
