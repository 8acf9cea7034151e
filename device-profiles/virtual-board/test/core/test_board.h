// SPDX-License-Identifier: GPL-2.0-or-later
// A core with memories and one test device, without a chip around it.
#ifndef VB_TEST_BOARD_H
#define VB_TEST_BOARD_H

#include "bus/bus.h"
#include "core/core.h"
#include "time/timeline.h"
#include <stdbool.h>
#include <stdint.h>

#define FLASH UINT32_C(0x08000000) // the programs run here
#define ITCM UINT32_C(0x00000000)
#define DTCM UINT32_C(0x20000000)
#define AXI_SRAM UINT32_C(0x24000000)
#define D2_SRAM UINT32_C(0x30000000)
#define D2_SRAM_ALIAS UINT32_C(0x10000000)
#define STACK_TOP (DTCM + 0x8000)
#define CPU_HZ UINT32_C(400000000)

// Registers of the test device.
#define DEVICE UINT32_C(0x40000000)
#define DEVICE_CYCLES 0x00  // reads timeline_cycles()
#define DEVICE_SCRATCH 0x04 // remembers
#define DEVICE_RAISE 0x08   // write n: IRQ n's line goes high
#define DEVICE_LOWER 0x0C   // write n: IRQ n's line goes low
#define DEVICE_ERROR 0x10   // bus error
#define DEVICE_EVENT 0x14   // write c: IRQ 5's line goes high c cycles from now
#define DEVICE_LOG 0x18     // write: appended to the log with the cycle
#define DEVICE_WRITTEN 0x1C // write a: the bus tells that the word at a was written
#define DEVICE_GATE 0x20    // write: D2 SRAM answers, under both names, or no longer (0)

typedef struct LogEntry {
    uint32_t value;
    uint64_t cycle;
} LogEntry;

#define LOG_ENTRIES 4096

typedef struct TestBoard {
    Timeline *timeline;
    Bus *bus;
    Core *core;
    uint8_t *itcm, *dtcm, *flash, *axi_sram, *d2_sram;
    bool d2_accessible;
    uint32_t scratch;
    Event event;
    uint64_t event_cycle; // timeline_cycles() when it fired
    LogEntry log[LOG_ENTRIES];
    size_t log_count;
    size_t flash_writes;
    uint32_t flash_write_address, flash_write_value;
    unsigned flash_write_bytes;
    uint32_t halt_reason; // of the last debug event
    unsigned halts;
    bool debug_enabled;
    uint32_t vector_catch;
    unsigned reset_requests;
    uint32_t maintained_address;
    unsigned maintained_operation;
    unsigned lints;
    char lint[256]; // the last one
} TestBoard;

TestBoard *test_board_new(void);            // an instruction takes one cycle
TestBoard *test_board_new_with_model(void); // the cycle model
TestBoard *test_board_new_with_profile(struct Profile *profile);
void test_board_free(TestBoard *board);
// Loads the assembled programs, sets the vector table to default handlers that stop at "unexpected", and
// resets.
void test_board_start(TestBoard *board, uint32_t entry);
void test_board_set_vector(TestBoard *board, unsigned exception, uint32_t handler);
// Runs until the program executes BKPT (true) or `cycles` are over.
bool test_board_run(TestBoard *board, uint64_t cycles);
uint32_t test_board_word(TestBoard *board, uint32_t address);
void test_board_set_word(TestBoard *board, uint32_t address, uint32_t value);

// A check that fails ends the test program with where and what.
#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            test_failed(__FILE__, __LINE__, #condition);                                                     \
        }                                                                                                    \
    } while (0)
#define CHECK_EQUAL(expected, actual)                                                                        \
    test_equal(__FILE__, __LINE__, #actual, (uint64_t)(expected), (uint64_t)(actual))

void test_failed(const char *file, int line, const char *what);
void test_equal(const char *file, int line, const char *what, uint64_t expected, uint64_t actual);

typedef struct Test {
    const char *name;
    void (*run)(void);
} Test;
#define TEST(function)                                                                                       \
    { #function, function }
// Runs all tests, or those whose names contain argv[1]; prints each name. The exit code.
int run_tests(int argc, char **argv, const Test *tests, size_t count);

#endif
