// SPDX-License-Identifier: GPL-2.0-or-later
// The virtual COM port: a pty on the host's side, PD8/PD9 of the chip on the other, the ST-Link's bridge between.
#ifndef VB_SERIAL_LINE_H
#define VB_SERIAL_LINE_H

#include "board.h"
#include "host/loop.h"

SerialLine *serial_line_new(Board *board, Loop *loop); // loop NULL: no pty (tests feed and drain it directly)
void serial_line_free(SerialLine *line);
const char *serial_line_pty(const SerialLine *line);
// The chip sent a byte at its own rate; the bridge samples at the rate that the host set on the pty (termios).
void serial_line_to_host(SerialLine *line, uint8_t byte, double bits_per_second);
// Bytes from the host, each delivered to the chip after 10 bit times of the host's rate.
void serial_line_from_host(SerialLine *line, const uint8_t *bytes, size_t count);
bool serial_line_busy(const SerialLine *line); // bytes are still on their way to the board

#endif
