// SPDX-License-Identifier: Apache-2.0
/**
 * From a quantized graph in canonical form to the integer network that computes it, with the proof that nothing overflows
 * (INTEGER.md). Imports {@code dev.hilda.host.ir} and {@code dev.hilda.agent.network}.
 */
@NullMarked
package dev.hilda.host.lower;

import org.jspecify.annotations.NullMarked;
