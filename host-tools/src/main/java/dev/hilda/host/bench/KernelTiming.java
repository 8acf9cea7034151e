// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a kernel took.
 *
 * @param layer a letter, or the layer as it was given
 * @param zeroPoints {@code middle}, or {@code channel} for a random one of the weights in each channel
 * @param instructions executed; empty on silicon, as what else a board does not count
 * @param cyclesBeforeMisses without the stalls for memory
 * @param cycles by the board's clock
 * @param lineMisses lines that the data cache missed, {@code flashLines} of them from flash
 * @param codeBytes of the function, without constants
 * @param scheme name of the kernel
 * @param bands into which the rows were parted, so that the board holds them; figures are of all together
 * @param peer the engine whose kernel takes fewest cycles at these bits, of those that were counted
 * @param peerRatio {@code cyclesBeforeMisses} as a multiple of that kernel's
 * @param exact whether every code was the oracle's
 */
public record KernelTiming(
        String layer,
        @JsonProperty("activation_bits") int activationBits,
        @JsonProperty("weight_bits") int weightBits,
        @JsonProperty("output_bits") int outputBits,
        @JsonProperty("zero_points") String zeroPoints,
        OptionalLong instructions,
        @JsonProperty("cycles_before_misses") OptionalLong cyclesBeforeMisses,
        long cycles,
        @JsonProperty("line_misses") OptionalLong lineMisses,
        @JsonProperty("flash_lines") OptionalLong flashLines,
        long macs,
        @JsonProperty("code_bytes") long codeBytes,
        String scheme,
        int bands,
        Optional<String> peer,
        @JsonProperty("peer_ratio") OptionalDouble peerRatio,
        boolean exact) {
    /** By which it is found among accepted ones. */
    String key() {
        return layer + " " + activationBits + "/" + weightBits + "/" + outputBits + " " + zeroPoints;
    }

    public double macsPerCycle() {
        return (double) macs / Math.max(1, cycles);
    }
}
