// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.List;

/** Which layers took turns: a field of one flat JSON object, where there are any. */
public record FusionResult(List<Block> fused) {
    public FusionResult {
        fused = List.copyOf(fused);
    }

    /**
     * Consecutive layers of which each computes a few rows at a time.
     *
     * @param firstLayer its name
     * @param lastLayer its name
     * @param rowsPerTurn of the last layer's output
     * @param turns of each layer
     * @param bufferBytes of the rows between them
     * @param recomputedMacs of rows that are computed more than once
     */
    public record Block(
            String firstLayer, String lastLayer, int rowsPerTurn, int turns, long bufferBytes, long recomputedMacs) {}
}
