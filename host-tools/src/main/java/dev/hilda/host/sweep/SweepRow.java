// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Optional;

/**
 * A row of the table.
 *
 * @param variant {@code float}, a variant, or two that make the same network
 * @param treatment how the network came to its codes
 * @param right '1' of each image whose label had the largest output, else '0', in the data set's order
 * @param footprint what it takes; empty of the float network and of a refused row
 * @param refusal why there is no such network
 * @param budgeted what a row of a budget is compared by; empty of other rows and of a refused one
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SweepRow(
        @JsonProperty(required = true) String variant,
        @JsonProperty(required = true) String bits,
        @JsonProperty(required = true) String treatment,
        @JsonProperty(required = true) String right,
        Optional<Footprint> footprint,
        Optional<String> refusal,
        Optional<Budgeted> budgeted) {
    /** Variant and bits of the row that all others are compared with. */
    static final String FLOAT = "float";

    /**
     * What a network takes.
     *
     * @param roBytes weights and parameters by the published formula
     * @param rwPeakBytes activations of the layer with most, by the published formula
     * @param arenaBytes activations as they are placed, results over what they are made of, nothing fused
     * @param estimatedCycles of an inference, from shapes and bits
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Footprint(long roBytes, long rwPeakBytes, long arenaBytes, long estimatedCycles) {}

    /**
     * Of a row whose bits a budget decides.
     *
     * @param budget as tables say it
     * @param search label of what found the bits
     * @param weightBits of the weighted nodes in their order, a digit each
     * @param activationBits of all values in their order, with blanks between
     * @param divergences KL of each image's answer from the answer of the same variant at 8 bits, in nats, in the data set's
     *     order
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Budgeted(
            @JsonProperty(required = true) String budget,
            @JsonProperty(required = true) String search,
            @JsonProperty(required = true) String weightBits,
            @JsonProperty(required = true) String activationBits,
            @JsonProperty(required = true) List<Double> divergences) {
        public Budgeted {
            divergences = List.copyOf(divergences);
        }

        double meanDivergence() {
            return divergences.stream().mapToDouble(each -> each).average().orElse(0);
        }

        boolean hasBitsOf(Budgeted other) {
            return weightBits.equals(other.weightBits) && activationBits.equals(other.activationBits);
        }
    }

    public int images() {
        return right.length();
    }

    public int rightImages() {
        return (int) right.chars().filter(image -> image == '1').count();
    }

    @JsonIgnore
    public boolean isRefused() {
        return refusal.isPresent();
    }
}
