// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.AccuracyResult;
import dev.hilda.agent.result.RunResult;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A run with what its images came to.
 *
 * @param images in order; none where they were not kept
 */
public record JudgedRun(RunResult result, List<ImageOutcome> images) {
    public JudgedRun {
        images = List.copyOf(images);
    }

    /** The figure that its data set asks for, whatever metric that is. */
    public OptionalDouble accuracy() {
        return result.accuracy()
                .map(found -> switch (found.metric()) {
                    case TOP1 -> found.accuracyTop1();
                    case TOP5 -> found.accuracyTop5();
                    case AUC -> found.auc();
                    case MSE -> found.mse();
                    case AGREEMENT -> found.agreement();
                    case NONE -> OptionalDouble.empty();
                })
                .orElseGet(OptionalDouble::empty);
    }

    /** Images with other outputs than the reference interpreter's. */
    long unmatched() {
        return result.accuracy()
                .map(accuracy -> accuracy.images() - accuracy.parityMatched())
                .orElse(0L);
    }

    long answered() {
        return result.accuracy().map(AccuracyResult::images).orElse(0L);
    }
}
