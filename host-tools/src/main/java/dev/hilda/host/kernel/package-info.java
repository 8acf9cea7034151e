// SPDX-License-Identifier: Apache-2.0
/**
 * What a kernel of the firmware template demands and gives, one type for each: proof, packing of weights, scratch, reach.
 * Its text is {@code host.emit}'s. May import {@code dev.hilda.host.ir} and
 * {@code dev.hilda.agent.network}.
 */
@NullMarked
package dev.hilda.host.kernel;

import org.jspecify.annotations.NullMarked;
