// SPDX-License-Identifier: Apache-2.0
/**
 * The virtual board as a program of its own: unpacks its source, builds it once. Nothing here is needed to use a board,
 * virtual or not. May import {@code cache} and {@code process}; JDK only.
 */
@NullMarked
package dev.hilda.agent.virtualboard;

import org.jspecify.annotations.NullMarked;
