// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.host.memory.RamUse;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bits for a canonical graph.
 *
 * @param activationBits by name of the value, in the order of the graph: 8, 4 or 2; 32 for an output that stays int32,
 *     which the published formula counts as 8
 * @param weightBits by name of the weighted node, in the order of the graph: 8, 4 or 2
 * @param cuts in the order they were made, those of activations first
 * @param roBytes weights and static parameters by the published formula
 * @param rwPeakBytes the most that a node needs, as the budget counts it
 * @param rwPeakNode the first node that needs so much
 * @param ram what these bits take, however it is counted
 */
public record BitAssignment(
        Map<String, Integer> activationBits,
        Map<String, Integer> weightBits,
        List<Cut> cuts,
        long roBytes,
        long rwPeakBytes,
        String rwPeakNode,
        RamUse ram) {
    public BitAssignment {
        activationBits = Collections.unmodifiableMap(new LinkedHashMap<>(activationBits));
        weightBits = Collections.unmodifiableMap(new LinkedHashMap<>(weightBits));
        cuts = List.copyOf(cuts);
    }
}
