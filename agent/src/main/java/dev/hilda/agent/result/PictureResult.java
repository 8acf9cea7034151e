// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.List;
import java.util.Optional;

/**
 * What the network takes a single picture for.
 *
 * @param predictions the largest outputs, the largest first
 */
public record PictureResult(List<Prediction> predictions) {
    /**
     * An output.
     *
     * @param label its index
     * @param name of the class, where the data set names it
     * @param score the output as a real number
     */
    public record Prediction(int label, Optional<String> name, double score) {}

    public PictureResult {
        predictions = List.copyOf(predictions);
    }
}
