// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.host.retrain.RetrainOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a network comes to its codes.
 *
 * @param retraining after calibration; empty for calibration alone
 */
public record Treatment(Optional<RetrainOptions> retraining) {
    /** From calibration data alone. */
    public static final Treatment POST_TRAINING = new Treatment(Optional.empty());

    /** Calibration alone, then retraining with each of so many seeds from 1 on. */
    public static List<Treatment> withRetraining(int epochs, int seeds, boolean isAugmented) {
        List<Treatment> treatments = new ArrayList<>(List.of(POST_TRAINING));
        for (int seed = 1; seed <= seeds; seed++) {
            treatments.add(new Treatment(
                    Optional.of(new RetrainOptions(epochs, RetrainOptions.DEFAULT.batch(), seed, isAugmented))));
        }
        return treatments;
    }

    /** As tables say it. */
    public String label() {
        return retraining
                .map(given -> "retrained %d epochs, seed %d%s"
                        .formatted(given.epochs(), given.seed(), given.isAugmented() ? "" : ", images as they are"))
                .orElse("post-training");
    }

    /** What the labels of all seeds of one training have in common. */
    static String withoutSeed(String label) {
        return label.replaceFirst(", seed \\d+", "");
    }
}
