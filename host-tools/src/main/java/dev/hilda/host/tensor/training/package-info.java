// SPDX-License-Identifier: Apache-2.0
/**
 * Training of float networks with ND4J, and the network that HILDA brings along. May import {@code ir},
 * {@code dev.hilda.agent.network}, {@code dev.hilda.agent.dataset} and the package above.
 */
@NullMarked
package dev.hilda.host.tensor.training;

import org.jspecify.annotations.NullMarked;
