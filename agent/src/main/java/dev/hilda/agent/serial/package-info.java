/** The serial port adapter. The only package that imports jSerialComm; otherwise {@code board} only. */
@NullMarked
package dev.hilda.agent.serial;

import org.jspecify.annotations.NullMarked;
