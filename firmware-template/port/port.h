// SPDX-License-Identifier: Apache-2.0
// What the application needs of a chip and its board. One folder a chip family implements it.
#ifndef HILDA_PORT_H
#define HILDA_PORT_H

#include "protocol/messages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Fills the chip's part of a hello: identity, clocks, reset cause, crash record. All was settled before
// main().
void port_describe(Hello *hello);
// Fills the chip's part of the statistics: time, UART, DMA and stack.
void port_measure(Statistics *statistics);
// The nominal rate of the serial line at boot.
uint32_t port_serial_baud(void);
// The divider nearest to a rate; 0 when the line cannot have it within 2%.
uint32_t port_serial_divider(uint32_t baud);
// Another rate from now on; what was received and not consumed is dropped. What is being sent is damaged: see
// port_serial_drained().
void port_serial_set_divider(uint32_t divider);

// Microseconds since boot; sleep counts.
uint64_t port_now_us(void);
// The same clock in cycles of the CPU.
uint64_t port_cycles(void);
// What runs from now on, for whoever records the chip's trace: the number of a layer or PORT_MARK_NONE.
void port_mark(uint32_t mark);
#define PORT_MARK_NONE 0xFFFFFFFFU
// Sleeps until an interrupt, at most 4 ms; returns at once when the serial line has had news since the last
// call of this or of port_take_news().
void port_sleep(void);
// Whether the serial line has had news or 4 ms have passed since the last call; takes a few instructions.
bool port_take_news(void);
// The chip resets after about 4 s without.
void port_refresh_watchdog(void);
_Noreturn void port_reset(void);

// Received bytes that lie in one piece, not consumed; they stay valid until port_serial_consume().
size_t port_serial_received(const uint8_t **bytes);
void port_serial_consume(size_t count);
// Free space for sending that lies in one piece; port_serial_send() starts what was written there.
size_t port_serial_space(uint8_t **space);
void port_serial_send(size_t count);
// The last stop bit has left the pin.
bool port_serial_drained(void);

// Provokes a fault (PROVOKE_…). Does not return.
void port_provoke(uint8_t kind);

#endif
