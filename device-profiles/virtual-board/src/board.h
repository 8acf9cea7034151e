// SPDX-License-Identifier: GPL-2.0-or-later
// One NUCLEO-H743ZI: the parts, how they are wired, power and reset. Everything runs on one thread
// (host/loop.h).
#ifndef VB_BOARD_H
#define VB_BOARD_H

#include "bus/bus.h"
#include "core/core.h"
#include "time/timeline.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum { REVISION_Y, REVISION_V } Revision;
typedef enum { PROBE_V3, PROBE_V2_1 } ProbePersonality;

typedef struct BoardOptions {
    const char *serial; // ST-Link serial number, 1-31 characters [A-Za-z0-9]
    Revision revision;
    ProbePersonality probe;
    bool fast_flash;        // erase and program take no time
    bool throttle;          // virtual time never runs ahead of the host's clock
    const char *flash_file; // keeps flash and option bytes across restarts; NULL = none
} BoardOptions;

// Reset causes as RCC_RSR reports them (RM0433 8.7.36).
typedef enum {
    RESET_POWER_ON,
    RESET_PIN,
    RESET_SOFTWARE,
    RESET_INDEPENDENT_WATCHDOG,
    RESET_BROWN_OUT
} ResetCause;

typedef struct FlashController FlashController; // chip/flash.h
typedef struct DebugUnit DebugUnit;             // debug/debug_unit.h
typedef struct StlinkServer StlinkServer;       // stlink/stlink_server.h
typedef struct Chip Chip;             // chip/chip.h: clocks, power, pins, serial, DMA, watchdog, …
typedef struct SerialLine SerialLine; // serial/serial_line.h: the wire between USART3 and the host's pty
typedef struct Faults Faults;         // control/faults.h: which faults are armed
typedef struct Lints Lints;           // lints.h: mistakes the board noticed

typedef struct Board {
    BoardOptions options;
    Timeline *timeline;
    Bus *bus;
    Core *core;
    DebugUnit *debug;
    FlashController *flash;
    Chip *chip;
    SerialLine *serial_line;
    StlinkServer *stlink;
    Faults *faults;
    Lints *lints;
    bool powered;
    bool nreset_held;   // NRST pulled low by the probe
    bool reset_pending; // AIRCR/IWDG asked; carried out by board_run between two runs of the core
    ResetCause reset_cause;
    unsigned resets;
} Board;

Board *board_new(const BoardOptions *options); // NULL with a message on stderr
void board_free(Board *board);
void board_request_reset(Board *board, ResetCause cause); // from inside events and register writes
void board_reset(Board *board, ResetCause cause);         // now; between runs of the core only
void board_hold_nreset(Board *board, bool held);          // the probe's NRST line
void board_set_power(Board *board, bool on);              // off scrambles RAM, keeps flash
// Runs the core until `deadline` of virtual time or until nothing can happen any more without the outside.
void board_run(Board *board, Picoseconds deadline);
// Nothing executes until an event of the timeline or the outside: asleep, halted, off, held in reset.
bool board_is_idle(Board *board);
// The same, but returns as soon as the board is idle.
void board_run_while_busy(Board *board, Picoseconds deadline);
// Something a careful engineer would want to know (kind is a short slug). Printed once per kind and address
// on stderr, kept for `lints`.
void board_lint(Board *board, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
