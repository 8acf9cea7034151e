// SPDX-License-Identifier: Apache-2.0
/**
 * Native programs as child processes: started with what they need, never left running. Imports {@code board} for
 * failures and {@code folder}; otherwise SLF4J.
 */
@NullMarked
package dev.hilda.agent.process;

import org.jspecify.annotations.NullMarked;
