// SPDX-License-Identifier: Apache-2.0
/**
 * The serial port adapter. The only package that imports jSerialComm; otherwise {@code board}, {@code folder},
 * {@code dev.hilda.profile} and SLF4J.
 */
@NullMarked
package dev.hilda.agent.serial;

import org.jspecify.annotations.NullMarked;
