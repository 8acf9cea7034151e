// SPDX-License-Identifier: GPL-2.0-or-later
// One NUCLEO-H743ZI: the parts, how they are wired, power and reset. Everything runs on one thread
// (loop/loop.h).
#ifndef VB_BOARD_H
#define VB_BOARD_H

#include "board/intervals.h"
#include "bus/bus.h"
#include "chip/chip.h"
#include "chip/flash.h"
#include "core/core.h"
#include "debug/debug_unit.h"
#include "fault/faults.h"
#include "lint/lints.h"
#include "loop/loop.h"
#include "serial/serial_line.h"
#include "time/timeline.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum { PROBE_V3, PROBE_V2_1 } ProbePersonality;

typedef struct BoardOptions {
    const char *serial; // ST-Link serial number, 1-31 characters [A-Za-z0-9]
    Revision revision;
    ProbePersonality probe;
    bool fast_flash;         // erase and program take no time
    bool instruction_timing; // an instruction takes one cycle and memory none; false: the cycle model
    bool throttle;           // virtual time never runs ahead of the host's clock
    struct Profile *profile; // of core/profile.h, the caller's; NULL: none
    const char *flash_file;  // keeps flash and option bytes across restarts; NULL = none
} BoardOptions;

typedef struct Board {
    BoardOptions options;
    Timeline *timeline;
    Bus *bus;
    Core *core;
    DebugUnit *debug;
    FlashController *flash;
    Chip *chip;
    SerialLine *serial_line;
    Faults *faults;
    Lints *lints;
    Intervals intervals;
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
// What drives the board from the host's side, and the wire between USART3 and a pty that the loop watches;
// without a loop there is no pty. The line is the board's from then on, but the caller frees it before the
// board.
Loop *board_loop_new(Board *board);
SerialLine *board_serial_line_new(Board *board, Loop *loop);

#endif
