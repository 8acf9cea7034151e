// SPDX-License-Identifier: Apache-2.0
/**
 * The bit-exact interpreter of integer networks: what firmware must answer. Semantics:
 * {@code firmware-template/kernels/INTEGER.md}. Imports the JDK and {@code dev.hilda.agent.network}.
 */
@NullMarked
package dev.hilda.agent.oracle;

import org.jspecify.annotations.NullMarked;
