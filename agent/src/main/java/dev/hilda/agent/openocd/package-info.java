// SPDX-License-Identifier: Apache-2.0
/**
 * The OpenOCD adapter: flashes through an {@code openocd} process and says what its output means. May import
 * {@code board}, {@code folder}, {@code process}, {@code dev.hilda.profile} and SLF4J.
 */
@NullMarked
package dev.hilda.agent.openocd;

import org.jspecify.annotations.NullMarked;
