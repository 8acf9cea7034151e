// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.profile.NetworkBudget;
import java.util.OptionalLong;

/**
 * Memory a network may take.
 *
 * @param roBytes for weights and static parameters by the published formula
 * @param rwBytes for the activations alive at a node
 * @param isPaper whether rwBytes bounds only the published formula; otherwise also the planned arena of packed tensors
 */
public record Budget(long roBytes, long rwBytes, boolean isPaper) {
    public Budget {
        if (roBytes < 1 || rwBytes < 1) {
            throw new IllegalArgumentException("budgets of at least 1 byte, got " + roBytes + " and " + rwBytes);
        }
    }

    /** The published formulas and exactly these budgets. */
    public static Budget paper(long roBytes, long rwBytes) {
        return new Budget(roBytes, rwBytes, true);
    }

    /** What the board leaves for a network, or less where a user asks for less. */
    public static Budget of(OptionalLong flashBytes, OptionalLong ramBytes, NetworkBudget board) {
        return new Budget(
                Math.min(flashBytes.orElse(Long.MAX_VALUE), board.flashBytes()),
                Math.min(ramBytes.orElse(Long.MAX_VALUE), board.ramBytes()),
                false);
    }
}
