// SPDX-License-Identifier: GPL-2.0-or-later
// The virtual COM port: a pty on the host's side, PD8/PD9 of the chip on the other, the ST-Link's bridge
// between.
#ifndef VB_SERIAL_LINE_H
#define VB_SERIAL_LINE_H

#include "fault/faults.h"
#include "loop/loop.h"
#include "time/timeline.h"

// Bytes since the line exists; index 0 towards the board, 1 towards the host.
typedef struct SerialLineCounters {
    uint64_t to_board;
    uint64_t to_host;
    uint64_t lost[2];      // by an armed fault, or by a V2-1 above its limit
    uint64_t corrupted[2]; // by an armed fault
    uint64_t unheard;      // sent while nobody had the port open
    uint64_t overflowed;   // the host read too late
} SerialLineCounters;

typedef struct SerialLineConfig {
    Timeline *timeline;
    Faults *faults;
    Loop *loop;                     // NULL: no pty (tests feed and drain the line directly)
    bool v2_1;                      // the bridge of an ST-Link V2-1: limited rate
    void *context;                  // passed to the callbacks below
    bool (*powered)(void *context); // the chip at the end of the line
    // One frame of `bits_per_second` to the chip ends now with this byte.
    void (*deliver)(void *context, uint8_t byte, double bits_per_second);
} SerialLineConfig;

typedef struct SerialLine SerialLine;

SerialLine *
serial_line_new(const SerialLineConfig *config); // NULL with a message on stderr when there is no pty
void serial_line_free(SerialLine *line);
const char *serial_line_pty(const SerialLine *line);
// The chip sent a byte at its own rate, which ends now; the bridge samples at the rate that the host set on
// the pty (termios).
void serial_line_to_host(SerialLine *line, uint8_t byte, double bits_per_second);
// Bytes from the host, each delivered to the chip after 10 bit times of the host's rate.
void serial_line_from_host(SerialLine *line, const uint8_t *bytes, size_t count);
bool serial_line_busy(const SerialLine *line); // bytes are still on their way to the board
// The host does not keep up: virtual time must not run ahead of its clock, or bytes would be lost that no
// real line loses.
bool serial_line_host_is_late(const SerialLine *line);
SerialLineCounters serial_line_counters(const SerialLine *line);

// Without a pty: the host's rate in bit/s, and what arrived there.
void serial_line_set_host_rate(SerialLine *line, uint32_t bits_per_second);
size_t serial_line_take(SerialLine *line, uint8_t *bytes, size_t capacity);

#endif
