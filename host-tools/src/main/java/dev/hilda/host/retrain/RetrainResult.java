// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.ir.QuantizedGraph;
import java.util.Map;

/**
 * What was learned.
 *
 * @param graph in integers
 * @param best the epoch that it is of
 * @param loss that was made small
 * @param answers largest output of the fake-quantized network, by index of the held-back image
 */
public record RetrainResult(QuantizedGraph graph, Epoch best, TrainingLoss loss, Map<Integer, Integer> answers) {
    public RetrainResult {
        answers = Map.copyOf(answers);
    }
}
