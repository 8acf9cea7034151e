// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A board that is attached to this host now.
 *
 * @param stLinkSerial serial number of its ST-Link, the board's identity at the bench
 * @param product what the ST-Link or its registration calls itself, for example {@code STLINK-V3}
 * @param backend how OpenOCD reaches the ST-Link
 * @param serialPort device file of the board's serial port; empty when the host has not made one
 * @param portProvider process that provides the serial port and therefore holds it open, where it is a process
 * @param controlSocket where a board that is a program takes commands
 */
public record AttachedBoard(
        String stLinkSerial,
        String product,
        ProbeBackend backend,
        Optional<Path> serialPort,
        OptionalLong portProvider,
        Optional<Path> controlSocket) {}
