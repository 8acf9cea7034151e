/**
 * Where activations lie in RAM, and what a network takes of flash and RAM: as published and as packed. Imports
 * {@code dev.hilda.host.ir} and {@code dev.hilda.agent.network}.
 */
@NullMarked
package dev.hilda.host.memory;

import org.jspecify.annotations.NullMarked;
