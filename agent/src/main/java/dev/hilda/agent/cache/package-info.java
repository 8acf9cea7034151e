// SPDX-License-Identifier: Apache-2.0
/**
 * Things built once and kept: below {@code $XDG_CACHE_HOME/hilda}, in folders named by a hash of everything they were
 * made from. May import {@code board} for failures, {@code folder}, {@code hash} and {@code dev.hilda.profile}.
 */
@NullMarked
package dev.hilda.agent.cache;

import org.jspecify.annotations.NullMarked;
