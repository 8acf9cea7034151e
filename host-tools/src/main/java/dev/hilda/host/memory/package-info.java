// SPDX-License-Identifier: Apache-2.0
/**
 * Where activations lie in RAM, and what a packed network takes of flash and RAM. Imports {@code dev.hilda.host.ir},
 * {@code dev.hilda.host.kernel} and {@code dev.hilda.agent.network}.
 */
@NullMarked
package dev.hilda.host.memory;

import org.jspecify.annotations.NullMarked;
