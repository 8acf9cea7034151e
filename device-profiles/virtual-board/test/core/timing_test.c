// SPDX-License-Identifier: GPL-2.0-or-later
// Cycle counts, moments of events, sleep, SysTick; the same totals however the run is sliced.
#include "programs.h"
#include "test_board.h"
#include <string.h>

#define IRQ 16
#define SYSTICK 15

static uint32_t reg(TestBoard *board, unsigned number) { return core_register(board->core, number); }

static void should_count_one_cycle_an_instruction(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_count_loop);
    core_set_register(board->core, 0, 1000);
    CHECK(test_board_run(board, 100000));
    CHECK_EQUAL(2 + 1000 * 3, timeline_cycles(board->timeline));
    CHECK_EQUAL(2 + 1000 * 3, core_instructions(board->core));
    CHECK_EQUAL(1000, reg(board, 1));
    // 400 MHz: 2.5 ns a cycle
    CHECK_EQUAL(picoseconds_of_ticks(2 + 1000 * 3, CPU_HZ), timeline_now(board->timeline));
    test_board_free(board);
}

static void should_see_time_within_a_block(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_device_reads_in_one_block);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(2, reg(board, 1));
    CHECK_EQUAL(5, reg(board, 2));
    CHECK_EQUAL(6, reg(board, 3));
    test_board_free(board);
}

static void should_run_events_at_their_moment(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_wait_for_interrupt);
    test_board_set_vector(board, IRQ + 5, PROGRAM_irq5_handler);
    CHECK(test_board_run(board, 1000000));
    CHECK_EQUAL(2, board->log_count);
    CHECK_EQUAL(70, board->log[0].value);
    CHECK_EQUAL(7, board->log[1].value);
    // Cycles stand still while the core sleeps, time does not.
    CHECK(timeline_cycles(board->timeline) < 100);
    CHECK(timeline_now(board->timeline) >= picoseconds_of_ticks(100000, CPU_HZ));
    CHECK(timeline_now(board->timeline) < picoseconds_of_ticks(100100, CPU_HZ));
    test_board_free(board);
}

static void should_sleep_until_work(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_wait_for_event);
    CHECK(!test_board_run(board, 1000));
    CHECK_EQUAL(CORE_SLEEPS, core_state(board->core));
    CHECK_EQUAL(1, reg(board, 4));
    test_board_start(board, PROGRAM_sleep_on_exit);
    test_board_set_vector(board, IRQ + 1, PROGRAM_irq_once);
    CHECK(!test_board_run(board, 1000));
    CHECK_EQUAL(CORE_SLEEPS, core_state(board->core));
    CHECK_EQUAL(1, board->log_count);
    core_set_irq_line(board->core, 1, true);
    CHECK(core_wakes(board->core));
    CHECK(!test_board_run(board, 1000));
    CHECK_EQUAL(2, board->log_count);
    test_board_free(board);
}

static void should_tick_at_exact_periods(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_systick_periods);
    test_board_set_vector(board, SYSTICK, PROGRAM_systick_handler);
    core_set_register(board->core, 0, 399); // 400 cycles = 1 us
    test_board_run(board, 400 * 1000 + 200);
    CHECK_EQUAL(1000, board->log_count);
    for (size_t i = 0; i < board->log_count; i++) {
        // Enabled by the sixth instruction; the loop is a block of two, the entry takes 12 cycles, the
        // handler logs in its second.
        uint64_t zero = 5 + 400 * (i + 1);
        CHECK(board->log[i].cycle >= zero + 13);
        CHECK(board->log[i].cycle <= zero + 14);
    }
    test_board_free(board);
}

static uint32_t systick_value(TestBoard *board) {
    uint32_t value;
    CHECK(bus_read(board->bus, MASTER_DEBUG, 0xE000E018, 4, &value) == BUS_OK);
    return value;
}

static void should_not_tick_while_halted(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_systick_periods);
    test_board_set_vector(board, SYSTICK, PROGRAM_systick_handler);
    core_set_register(board->core, 0, 399);
    test_board_run(board, 300);
    core_halt(board->core);
    uint32_t value = systick_value(board);
    CHECK(value > 0 && value < 399);
    timeline_jump_to(board->timeline, timeline_now(board->timeline) + picoseconds_of_ticks(100000, CPU_HZ));
    timeline_fire_due(board->timeline);
    CHECK_EQUAL(value, systick_value(board));
    uint64_t cycle = timeline_cycles(board->timeline);
    core_step(board->core, false); // a step is time that passes
    CHECK_EQUAL(value - (timeline_cycles(board->timeline) - cycle), systick_value(board));
    value = systick_value(board);
    cycle = timeline_cycles(board->timeline);
    core_resume(board->core);
    test_board_run(board, value - 10);
    CHECK_EQUAL(0, board->log_count);
    test_board_run(board, 40);
    CHECK_EQUAL(1, board->log_count);
    CHECK(board->log[0].cycle >= cycle + value + 13);
    CHECK(board->log[0].cycle <= cycle + value + 14);
    test_board_free(board);
}

typedef struct Totals {
    uint64_t cycles, instructions, now;
    uint32_t r3, r8;
    size_t log_count;
    LogEntry log[LOG_ENTRIES];
} Totals;

static void run_long_program(unsigned slice_blocks, uint64_t deadline_cycles, Totals *totals) {
    TestBoard *board = test_board_new();
    core_set_slice_blocks(board->core, slice_blocks);
    test_board_start(board, PROGRAM_long_program);
    test_board_set_vector(board, 11, PROGRAM_plain_return);
    test_board_set_vector(board, IRQ + 5, PROGRAM_irq5_handler);
    test_board_set_vector(board, SYSTICK, PROGRAM_systick_handler);
    while (!test_board_run(board, deadline_cycles)) {
    }
    memset(totals, 0, sizeof *totals);
    totals->cycles = timeline_cycles(board->timeline);
    totals->instructions = core_instructions(board->core);
    totals->now = timeline_now(board->timeline);
    totals->r3 = reg(board, 3);
    totals->r8 = reg(board, 8);
    totals->log_count = board->log_count;
    memcpy(totals->log, board->log, sizeof totals->log);
    test_board_free(board);
}

static void should_not_depend_on_slices(void) {
    static Totals first, other;
    run_long_program(0, UINT64_C(1) << 40, &first);
    CHECK(first.log_count > 1000);
    static const unsigned slices[] = {0, 1, 2, 3, 7, 50, 1000};
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
        run_long_program(slices[i], UINT64_C(1) << 40, &other);
        CHECK(memcmp(&first, &other, sizeof first) == 0);
    }
    static const uint64_t deadlines[] = {100, 777, 12345};
    for (size_t i = 0; i < sizeof deadlines / sizeof *deadlines; i++) {
        run_long_program(0, deadlines[i], &other);
        CHECK(memcmp(&first, &other, sizeof first) == 0);
    }
}

static void count_fired(void *context) { ++*(unsigned *)context; }

static void should_order_events(void) {
    Timeline *timeline = timeline_new();
    timeline_set_cpu_hz(timeline, 1000000);
    unsigned fired = 0;
    Event events[50];
    for (unsigned i = 0; i < 50; i++) {
        events[i] = (Event){.name = "e", .fire = count_fired, .context = &fired};
        timeline_schedule(timeline, &events[i], (i * 37 % 50 + 1) * UINT64_C(1000000));
    }
    timeline_cancel(timeline, &events[0]); // at 1 us
    CHECK_EQUAL(2000000, timeline_next_event(timeline));
    CHECK_EQUAL(2, timeline_cycles_to_next_event(timeline));
    timeline_advance_cycles(timeline, 10);
    timeline_fire_due(timeline);
    CHECK_EQUAL(9, fired);
    timeline_set_cpu_hz(timeline, 3000000);
    timeline_advance_cycles(timeline, 3);
    CHECK_EQUAL(11000000, timeline_now(timeline));
    CHECK_EQUAL(333333333333, picoseconds_of_ticks(1, 3));
    timeline_jump_to(timeline, 50000000);
    timeline_fire_due(timeline);
    CHECK_EQUAL(49, fired);
    CHECK_EQUAL(TIMELINE_NEVER, timeline_next_event(timeline));
    timeline_free(timeline);
}

int main(int argc, char **argv) {
    static const Test tests[] = {
        TEST(should_count_one_cycle_an_instruction), TEST(should_see_time_within_a_block),
        TEST(should_run_events_at_their_moment),     TEST(should_sleep_until_work),
        TEST(should_tick_at_exact_periods),          TEST(should_not_tick_while_halted),
        TEST(should_not_depend_on_slices),           TEST(should_order_events)};
    return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
