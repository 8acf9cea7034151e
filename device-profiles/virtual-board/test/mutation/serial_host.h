// SPDX-License-Identifier: GPL-2.0-or-later
// The host's end of the serial line: opens a session, echoes a stream of bytes, asks for the statistics.
// Driven by virtual time.
#ifndef VB_TEST_SERIAL_HOST_H
#define VB_TEST_SERIAL_HOST_H

#include "board/board.h"
#include "protocol/link.h"
#include "protocol/messages.h"
#include "serial/serial_line.h"
#include <stdbool.h>

#define ECHO_BYTES 102400u // more than four laps of the firmware's receive ring

typedef struct SerialHost {
    Board *board;
    SerialLine *line;
    Link link;
    unsigned resets_before;  // of the board, before power-on
    uint64_t fed_bytes;      // given to the line
    uint64_t received_bytes; // raw, from the line
    uint64_t request_at_us;  // next HELLO_REQUEST
    bool announced;          // a hello of no session arrived
    bool answered;           // the session's hello arrived
    unsigned restarts;       // hellos of no session after the session was open
    Hello hello;             // the last that arrived
    uint32_t queued_bytes;   // of the echo message, header included
    uint32_t echoed_bytes;
    uint32_t wrong_bytes;
    bool statistics_asked;
    bool statistics_arrived;
    Statistics statistics;
} SerialHost;

void serial_host_init(SerialHost *host, Board *board, SerialLine *line);
// Lets the board run for some virtual time and serves the line every 250 us of it.
void serial_host_run(SerialHost *host, Picoseconds duration);
// Begins to send HELLO_REQUEST every 250 ms until it is answered; a new session when there was one.
void serial_host_open(SerialHost *host, uint32_t session);
bool serial_host_echo_complete(const SerialHost *host);
void serial_host_ask_statistics(SerialHost *host);
// Sends the message that provokes a bus fault.
void serial_host_ask_crash(SerialHost *host);

#endif
