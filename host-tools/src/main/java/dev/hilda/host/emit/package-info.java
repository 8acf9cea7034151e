// SPDX-License-Identifier: Apache-2.0
/**
 * An integer network as C: one function per layer, its shapes and weights constants, calling the kernels of the firmware
 * template. May import {@code dev.hilda.agent.network}, {@code dev.hilda.host.memory} and {@code dev.hilda.host.kernel}.
 */
@NullMarked
package dev.hilda.host.emit;

import org.jspecify.annotations.NullMarked;
