// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.AccuracyResult;
import dev.hilda.agent.result.RunResult;
import java.util.List;

/**
 * A run with what its images came to.
 *
 * @param images in order; none where they were not kept
 */
public record JudgedRun(RunResult result, List<ImageOutcome> images) {
    public JudgedRun {
        images = List.copyOf(images);
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
