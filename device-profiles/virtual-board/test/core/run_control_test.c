// SPDX-License-Identifier: GPL-2.0-or-later
// Halt, step, breakpoints, watchpoints, registers, reset.
#include "programs.h"
#include "test_board.h"

#define DFSR_HALTED 1
#define DFSR_BKPT 2
#define DFSR_DWTTRAP 4
#define DFSR_VCATCH 8

static uint32_t reg(TestBoard *board, unsigned number) { return core_register(board->core, number); }

static void should_step_one_instruction(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_straight);
    core_halt(board->core);
    static const uint32_t offsets[] = {2, 4, 6, 10, 12, 14, 16, 18, 20, 22};
    for (unsigned i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        core_step(board->core, false);
        CHECK_EQUAL(PROGRAM_straight + offsets[i], reg(board, 15));
        CHECK_EQUAL(i + 1, core_instructions(board->core));
        CHECK(core_is_halted(board->core));
    }
    CHECK_EQUAL(1, reg(board, 0));
    CHECK_EQUAL(3, reg(board, 3));
    CHECK_EQUAL(40, reg(board, 4)); // the second instruction of the IT block was skipped, on its own
    core_resume(board->core);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(5, reg(board, 5));
    CHECK_EQUAL(10, core_instructions(board->core)); // BKPT does not count
    test_board_free(board);
}

static void should_step_into_pending_interrupt(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_straight);
    test_board_set_vector(board, 17, PROGRAM_irq_once);
    CHECK(bus_write(board->bus, MASTER_DEBUG, 0xE000E100, 4, 2) == BUS_OK);
    core_halt(board->core);
    core_set_irq_line(board->core, 1, true);
    core_step(board->core, true); // masked
    CHECK_EQUAL(PROGRAM_straight + 2, reg(board, 15));
    core_step(board->core, false);
    CHECK_EQUAL(PROGRAM_irq_once, reg(board, 15));
    CHECK_EQUAL(17, reg(board, 16) & 0x1FF);
    test_board_free(board);
}

static void should_stop_at_breakpoint_within_a_block(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_straight);
    CHECK(test_board_run(board, 1000)); // the block is translated
    test_board_start(board, PROGRAM_straight);
    uint32_t third = PROGRAM_straight_third;
    core_set_breakpoints(board->core, &third, 1);
    uint64_t cycles = timeline_cycles(board->timeline);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(third, reg(board, 15));
    CHECK_EQUAL(DFSR_BKPT, board->halt_reason);
    CHECK_EQUAL(2, reg(board, 1));
    CHECK_EQUAL(0, reg(board, 2));
    CHECK_EQUAL(2, timeline_cycles(board->timeline) - cycles);
    core_resume(board->core);
    CHECK(test_board_run(board, 1000)); // still set: stops again at once
    CHECK_EQUAL(third, reg(board, 15));
    core_step(board->core, false);
    CHECK_EQUAL(third + 2, reg(board, 15));
    core_set_breakpoints(board->core, NULL, 0);
    core_resume(board->core);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(5, reg(board, 5));
    CHECK_EQUAL(10, timeline_cycles(board->timeline) - cycles);
    test_board_free(board);
}

static void should_halt_after_watched_access(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_watched);
    CHECK(test_board_run(board, 1000));
    test_board_start(board, PROGRAM_watched);
    Watchpoint written = {.address = 0x20004004, .size_bytes = 4, .kind = 2};
    core_set_watchpoints(board->core, &written, 1);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(DFSR_DWTTRAP, board->halt_reason & DFSR_DWTTRAP);
    CHECK_EQUAL(2, test_board_word(board, 0x20004004));
    CHECK_EQUAL(3, reg(board, 3));
    CHECK_EQUAL(0, reg(board, 4));
    Watchpoint read = {.address = 0x20004006, .size_bytes = 1, .kind = 1};
    core_set_watchpoints(board->core, &read, 1);
    core_resume(board->core);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(2, reg(board, 5));
    CHECK_EQUAL(0, reg(board, 6));
    core_set_watchpoints(board->core, NULL, 0);
    core_resume(board->core);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(6, reg(board, 6));
    test_board_free(board);
}

static void should_halt_at_bkpt_or_fault_without_debugger(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_straight);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(DFSR_BKPT, board->halt_reason);
    board->debug_enabled = false;
    test_board_start(board, PROGRAM_straight);
    CHECK(!test_board_run(board, 1000)); // the HardFault handler's own BKPT locks up
    CHECK_EQUAL(CORE_LOCKED_UP, core_state(board->core));
    uint32_t hfsr;
    CHECK(bus_read(board->bus, MASTER_DEBUG, 0xE000ED2C, 4, &hfsr) == BUS_OK);
    CHECK_EQUAL(0x80000000, hfsr);
    test_board_free(board);
}

static void should_set_registers_from_the_debugger(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_straight);
    core_halt(board->core);
    core_set_register(board->core, 20, 0x03010101); // unprivileged on PSP, masks set
    CHECK_EQUAL(0x03010001, reg(board, 20));
    core_set_register(board->core, 18, 0x20005000);
    CHECK_EQUAL(0x20005000, reg(board, 13));
    CHECK_EQUAL(STACK_TOP, reg(board, 17));
    core_set_register(board->core, 20, 0);
    CHECK_EQUAL(STACK_TOP, reg(board, 13));
    core_set_register(board->core, 16, 0xF90F0000);
    CHECK_EQUAL(0xF90F0000, reg(board, 16));
    core_set_register(board->core, 64 + 31, 0x3F800000);
    CHECK_EQUAL(0x3F800000, reg(board, 64 + 31));
    CHECK_EQUAL(0, reg(board, 64 + 30));
    test_board_free(board);
}

static void should_report_reset_request(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_request_reset);
    CHECK(!test_board_run(board, 1000));
    CHECK_EQUAL(1, board->reset_requests);
    CHECK_EQUAL(CORE_RESET_REQUESTED, core_state(board->core));
    core_reset(board->core, DTCM, true);
    CHECK_EQUAL(CORE_HALTED, core_state(board->core));
    CHECK_EQUAL(DFSR_VCATCH, board->halt_reason);
    CHECK_EQUAL(PROGRAM_request_reset, reg(board, 15));
    test_board_free(board);
}

int main(int argc, char **argv) {
    static const Test tests[] = {TEST(should_step_one_instruction),
                                 TEST(should_step_into_pending_interrupt),
                                 TEST(should_stop_at_breakpoint_within_a_block),
                                 TEST(should_halt_after_watched_access),
                                 TEST(should_halt_at_bkpt_or_fault_without_debugger),
                                 TEST(should_set_registers_from_the_debugger),
                                 TEST(should_report_reset_request)};
    return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
