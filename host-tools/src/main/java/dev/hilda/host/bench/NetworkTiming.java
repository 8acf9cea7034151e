// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hilda.agent.measure.EstimateError;
import java.util.OptionalLong;

/**
 * What a network took.
 *
 * @param activationBits of all tensors between its ends, the fewest first, as {@code 4,8}
 * @param weightBits likewise
 * @param flashBudgetBytes that decided the bits; empty where they were given
 * @param instructions of all layers; empty on silicon, as what else a board does not count
 * @param cyclesBeforeMisses without the stalls for memory
 * @param cycles of all layers, by the board's clock
 * @param lineMisses lines that the data cache missed
 * @param flashBytes of the linked firmware
 * @param ramPeakBytes of activations, as painted on the board
 * @param exact whether the answer was the oracle's
 */
public record NetworkTiming(
        String network,
        @JsonProperty("activation_bits") String activationBits,
        @JsonProperty("weight_bits") String weightBits,
        @JsonProperty("flash_budget_bytes") OptionalLong flashBudgetBytes,
        @JsonProperty("ram_budget_bytes") OptionalLong ramBudgetBytes,
        OptionalLong instructions,
        @JsonProperty("cycles_before_misses") OptionalLong cyclesBeforeMisses,
        @JsonProperty("line_misses") OptionalLong lineMisses,
        long cycles,
        @JsonProperty("flash_bytes") long flashBytes,
        @JsonProperty("ram_peak_bytes") long ramPeakBytes,
        boolean exact) {
    /** Whether the cycles are a cycle model's. */
    public boolean isEstimated() {
        return instructions.isPresent();
    }

    /** The least that silicon should take. */
    public double leastCycles() {
        return error().least(cycles);
    }

    /** The most that silicon should take. */
    public double mostCycles() {
        return error().most(cycles);
    }

    private EstimateError error() {
        if (!isEstimated()) {
            return new EstimateError(0, 0);
        }
        return EstimateError.isValidated(instructions.getAsLong(), cyclesBeforeMisses.orElse(cycles))
                ? EstimateError.VALIDATED
                : EstimateError.UNVALIDATED;
    }
}
