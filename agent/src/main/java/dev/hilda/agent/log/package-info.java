// SPDX-License-Identifier: Apache-2.0
/**
 * Where the lines go that the other packages log by SLF4J. Only here Logback is known, and only a command root calls it.
 * Imports {@code board} and {@code profile} for failures, {@code folder} and Logback.
 */
@NullMarked
package dev.hilda.agent.log;

import org.jspecify.annotations.NullMarked;
