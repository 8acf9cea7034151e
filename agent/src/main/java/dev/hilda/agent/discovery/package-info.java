// SPDX-License-Identifier: Apache-2.0
/**
 * Which boards are attached to this host now, by the method that the board's profile names. May import {@code board},
 * {@code folder}, {@code dev.hilda.profile} and Jackson.
 */
@NullMarked
package dev.hilda.agent.discovery;

import org.jspecify.annotations.NullMarked;
