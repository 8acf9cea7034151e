/**
 * Native programs as child processes: started with what they need, never left running. Imports {@code board} for
 * failures and {@code folder}; JDK only.
 */
@NullMarked
package dev.hilda.agent.process;

import org.jspecify.annotations.NullMarked;
