// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.quantize.SensitivitySearch;
import dev.hilda.host.quantize.bits.BitAssignment;
import java.util.Optional;

/**
 * The bits of a network that is yet to be quantized.
 *
 * @param logits the network up to its logits, with the operators that later stages know
 * @param bits that memory leaves to each of its tensors
 * @param search what it found, where bits were searched for
 */
public record BitPlan(Graph logits, BitAssignment bits, Optional<SensitivitySearch.Found> search) {
    /** By memory alone. */
    BitPlan(Graph logits, BitAssignment bits) {
        this(logits, bits, Optional.empty());
    }
}
