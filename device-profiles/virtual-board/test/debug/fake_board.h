// SPDX-License-Identifier: GPL-2.0-or-later
// A board without a core: real bus and timeline, and a core that only remembers what the debug logic told it.
#ifndef VB_TEST_FAKE_BOARD_H
#define VB_TEST_FAKE_BOARD_H

#include "board/board.h"
#include "fault/faults.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct FakeCore {
    uint32_t registers[96];
    bool halted;
    bool locked_up;
    bool sleeping;
    uint32_t dfsr;
    uint64_t instructions;
    unsigned resumes;
    unsigned steps;
    bool step_masked;
    uint32_t breakpoints[8];
    size_t breakpoint_count;
    Watchpoint watchpoints[4];
    size_t watchpoint_count;
    bool irq[64];
} FakeCore;

extern FakeCore fake_core;
extern unsigned fake_resets; // carried out by board_run

Board *fake_board_new(
    const BoardOptions *options); // bus, timeline and faults; flash and debug are the test's business
FlashController *fake_board_flash(Board *board); // one on the board's bus; NULL as flash_new
DebugUnit *fake_board_debug(Board *board);
void fake_board_free(Board *board);
void fake_arm(Board *board, FaultName name, uint32_t first, uint32_t second);
void fake_disarm(Board *board, FaultName name);

// A failed check says where and what, and ends the test program.
#define CHECK_EQUAL(expected, actual)                                                                        \
    check_equal((uint64_t)(expected), (uint64_t)(actual), #actual, __FILE__, __LINE__)
#define CHECK(condition) CHECK_EQUAL(1, (condition) ? 1 : 0)

static inline void check_equal(uint64_t expected, uint64_t actual, const char *what, const char *file,
                               int line) {
    if (expected != actual) {
        fprintf(stderr, "%s:%d: %s: expected 0x%llx, got 0x%llx\n", file, line, what,
                (unsigned long long)expected, (unsigned long long)actual);
        exit(1);
    }
}

#endif
