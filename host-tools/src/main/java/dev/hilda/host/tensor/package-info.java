// SPDX-License-Identifier: Apache-2.0
/**
 * Floating-point arrays on ND4J, the only package that knows it. May import {@code ir}, {@code dev.hilda.agent.board}, {@code dev.hilda.agent.folder},
 * {@code dev.hilda.agent.dataset} and {@code dev.hilda.profile}.
 */
@NullMarked
package dev.hilda.host.tensor;

import org.jspecify.annotations.NullMarked;
