// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.quantize.bits.BitAssignment;

/**
 * The bits of a network that is yet to be quantized.
 *
 * @param logits the network up to its logits, with the operators that later stages know
 * @param bits that memory leaves to each of its tensors
 */
public record BitPlan(Graph logits, BitAssignment bits) {}
