// SPDX-License-Identifier: Apache-2.0
/**
 * The contract between host tools and bench: a {@code .hilda} file holds everything a bench needs. May import
 * {@code board}, {@code network}, {@code oracle}, {@code hash}, {@code dev.hilda.profile} and Jackson.
 */
@NullMarked
package dev.hilda.agent.bundle;

import org.jspecify.annotations.NullMarked;
