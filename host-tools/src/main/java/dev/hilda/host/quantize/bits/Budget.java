// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.memory.FusionMode;
import dev.hilda.profile.NetworkBudget;
import java.util.OptionalLong;

/**
 * Memory a network may take.
 *
 * @param roBytes for weights and static parameters by the published formula
 * @param rwBytes for activations
 * @param ramModel how these are counted while they are cut
 * @param fusion whether layers are fused; under {@link RamModel#PLANNED} before activations are cut
 * @param isPaper whether nothing but the formulas is held against the budgets, whatever a board has: under
 *     {@link RamModel#PUBLISHED} with each value's elements × bits / 8. Otherwise values count as packed, and their arena
 *     has to fit rwBytes too
 */
public record Budget(long roBytes, long rwBytes, RamModel ramModel, FusionMode fusion, boolean isPaper) {
    public Budget {
        if (roBytes < 1 || rwBytes < 1) {
            throw new IllegalArgumentException("budgets of at least 1 byte, got " + roBytes + " and " + rwBytes);
        }
    }

    /** The published formulas and exactly these budgets; nothing is fused. */
    public static Budget paper(long roBytes, long rwBytes) {
        return new Budget(roBytes, rwBytes, RamModel.PUBLISHED, FusionMode.OFF, true);
    }

    /** The same bytes for activations that are counted otherwise. */
    public Budget with(RamModel other) {
        return new Budget(roBytes, rwBytes, other, fusion, isPaper);
    }

    /** The same bytes with layers fused or not. */
    public Budget with(FusionMode other) {
        return new Budget(roBytes, rwBytes, ramModel, other, isPaper);
    }

    /** What the board leaves for a network, or less where a user asks for less; nothing is fused. */
    public static Budget of(OptionalLong flashBytes, OptionalLong ramBytes, NetworkBudget board) {
        return new Budget(
                Math.min(flashBytes.orElse(Long.MAX_VALUE), board.flashBytes()),
                Math.min(ramBytes.orElse(Long.MAX_VALUE), board.ramBytes()),
                RamModel.PUBLISHED,
                FusionMode.OFF,
                false);
    }
}
