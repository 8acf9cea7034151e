// SPDX-License-Identifier: Apache-2.0
/**
 * The integer-only network as data: what lowering produces, the bundle carries, the oracle executes and the emitter turns
 * into C. Semantics: {@code firmware-template/kernels/INTEGER.md}. Imports only the JDK
 * and {@code hash}.
 */
@NullMarked
package dev.hilda.agent.network;

import org.jspecify.annotations.NullMarked;
