// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.verdict.MetricVerdict;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What was made of a night.
 *
 * @param outcome its label
 * @param morning the document
 * @param items all of its plan, by their positions
 */
public record JudgedNight(String outcome, String morning, List<Item> items) {
    public JudgedNight {
        items = List.copyOf(items);
    }

    /**
     * An item that ran, or did not.
     *
     * @param state its label
     * @param runId where it ran
     * @param baselineRunId where it was held against one
     */
    public record Item(
            int position,
            Optional<String> board,
            String state,
            String reason,
            Optional<String> runId,
            Optional<String> baselineRunId,
            OptionalDouble accuracy,
            OptionalLong cyclesP50,
            int attempts,
            List<MetricVerdict> verdicts) {
        public Item {
            verdicts = List.copyOf(verdicts);
        }
    }
}
