/**
 * The serial port adapter. The only package that imports jSerialComm; otherwise {@code board}, {@code folder} and
 * {@code dev.hilda.profile}.
 */
@NullMarked
package dev.hilda.agent.serial;

import org.jspecify.annotations.NullMarked;
