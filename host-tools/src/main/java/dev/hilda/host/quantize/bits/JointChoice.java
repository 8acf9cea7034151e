// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bits for the first nodes of a graph, and what they come to.
 *
 * @param widths of the groups that are new at the last of these nodes
 * @param weightBits of the last node; any where it has no weights
 * @param before the same for one node less; null before the first
 */
record JointChoice(
        long bytes,
        double loss,
        long cycles,
        Map<String, Integer> widths,
        int weightBits,
        @Nullable JointChoice before) {
    static final JointChoice START = new JointChoice(0, 0, 0, Map.of(), 0, null);
}
