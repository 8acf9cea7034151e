// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.OptionalLong;

/**
 * What a network took.
 *
 * @param activationBits of all tensors between its ends, the fewest first, as {@code 4,8}
 * @param weightBits likewise
 * @param flashBudgetBytes that decided the bits; empty where they were given
 * @param cyclesBeforeMisses without the stalls for memory; empty on silicon, as {@code lineMisses}
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
        @JsonProperty("cycles_before_misses") OptionalLong cyclesBeforeMisses,
        @JsonProperty("line_misses") OptionalLong lineMisses,
        long cycles,
        @JsonProperty("flash_bytes") long flashBytes,
        @JsonProperty("ram_peak_bytes") long ramPeakBytes,
        boolean exact) {}
