// SPDX-License-Identifier: Apache-2.0
/**
 * Who vouches for a bundle: Ed25519 keys, the signatures that travel beside bundles, and what a bench makes of them. Knows
 * bundles by their hash only.
 */
@NullMarked
package dev.hilda.agent.signature;

import org.jspecify.annotations.NullMarked;
