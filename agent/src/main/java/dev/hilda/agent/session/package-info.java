// SPDX-License-Identifier: Apache-2.0
/**
 * What happens between flashing a board and having its numbers, as a state machine in which every wait has a deadline.
 * May import {@code board}, {@code protocol}, {@code measure}, {@code network}, {@code oracle}, {@code dataset}, {@code
 * bundle} and {@code dev.hilda.profile}; no adapter, no vendor library but SLF4J.
 */
@NullMarked
package dev.hilda.agent.session;

import org.jspecify.annotations.NullMarked;
