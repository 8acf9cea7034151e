// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/**
 * What a network may use.
 *
 * @param codeReserveBytes flash kept for the firmware itself
 * @param flashBytes flash left for weights and generated code
 * @param ramReserveBytes activation memory kept for the firmware itself
 * @param ramBytes memory left for activations
 */
public record NetworkBudget(long codeReserveBytes, long flashBytes, long ramReserveBytes, long ramBytes) {
    public NetworkBudget {
        Require.that(codeReserveBytes >= 0 && ramReserveBytes >= 0, "reserves must not be negative");
        Require.that(flashBytes > 0 && ramBytes > 0, "budgets must be positive");
    }
}
