// SPDX-License-Identifier: GPL-2.0-or-later
// The cycle model against figures computed by hand from the rules it names: loops in which all else is known.
//
// Sources: [j] jnk0le, "random" repository, cortex_m7.md, measured on an STM32H743; [p] RM0433 and the prices
// fitted in timing/memory_time.c; [t] Cortex-M7 TRM.
#include "core/profile.h"
#include "programs.h"
#include "test_board.h"

#define CCR UINT32_C(0xE000ED14)
#define CACHES_ON UINT32_C(0x00030200)

static TestBoard *start(uint32_t program) {
    TestBoard *board = test_board_new_with_model();
    test_board_start(board, program);
    CHECK(bus_write(board->bus, MASTER_DEBUG, CCR, 4, CACHES_ON) == BUS_OK);
    return board;
}

static CoreCounters counters_of(TestBoard *board) { return core_counters(board->core); }

static uint64_t cycles_of(uint32_t program, uint32_t rounds) {
    TestBoard *board = start(program);
    core_set_register(board->core, 0, rounds);
    CHECK(test_board_run(board, UINT64_C(1) << 30));
    uint64_t cycles = timeline_cycles(board->timeline);
    test_board_free(board);
    return cycles;
}

// A thousand rounds more, so that beginning and end cancel out.
static uint64_t thousand_rounds(uint32_t program) {
    return cycles_of(program, 1500) - cycles_of(program, 500);
}

typedef struct Loop {
    const char *name;
    uint32_t program;
    unsigned cycles; // a round
} Loop;

static void should_take_what_the_rules_say(void) {
    static const Loop loops[] = {
        // Eight instructions without dependencies, two a cycle [j].
        {"independent", PROGRAM_timing_independent, 4},
        // Four results of the late ALU in a row, a cycle each; SUBS joins the last, BNE stands alone [j].
        {"late chain", PROGRAM_timing_late_chain, 5},
        // ADD in the early ALU, its reader in the late one of the same cycle [j]; then SUBS and BNE.
        {"early chain", PROGRAM_timing_early_chain, 3},
        // LDR, EOR a cycle later with SUBS, BNE [j: word loads to the late ALU in the next cycle].
        {"load to ALU", PROGRAM_timing_load_to_alu, 3},
        // Two LDR of two bases together; AND next, with SUBS; BNE; the late AND reaches an address two cycles
        // on [j].
        {"load to address", PROGRAM_timing_load_to_address, 3},
        // The EOR two cycles after LDRB [j], with SUBS; BNE.
        {"narrow load", PROGRAM_timing_narrow_load, 4},
        // Even and odd words in pairs: 2; SUBS and BNE: 1 [j].
        {"two banks", PROGRAM_timing_two_banks, 3},
        // All even: four cycles, SUBS with the last; BNE [j].
        {"one bank", PROGRAM_timing_one_bank, 5},
        // One multiply a cycle, chained over the accumulator; SUBS with the last; BNE [j].
        {"accumulate", PROGRAM_timing_accumulate, 5},
        // No two multiplies in a cycle, independent as they are [j].
        {"multiplies", PROGRAM_timing_multiplies, 5},
        // MUL, its reader two cycles later with SUBS, BNE [j].
        {"multiply to ALU", PROGRAM_timing_multiply_to_alu, 4},
        // No multiply with a store: four cycles, SUBS with the last; BNE [j].
        {"multiply and store", PROGRAM_timing_multiply_and_store, 5},
        // A multiply with a load: two cycles; SUBS and BNE [j].
        {"multiply and load", PROGRAM_timing_multiply_and_load, 3},
        // UXTB16 in the older slot only, one a cycle: three; ADD with the third; SUBS and BNE [j].
        {"bit fields", PROGRAM_timing_bit_fields, 4},
        // Two inline shifts do not pair; the second goes with ADD; ADD and SUBS; BNE [j].
        {"inline shifts", PROGRAM_timing_inline_shifts, 4},
        // Eight registers in four cycles, alone; SUBS and BNE [j].
        {"load multiple", PROGRAM_timing_load_multiple, 5},
        // Eight cycles, alone; SUBS and BNE.
        {"divide", PROGRAM_timing_divide, 9},
    };
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
        uint64_t cycles = thousand_rounds(loops[i].program);
        if (cycles != 1000u * loops[i].cycles) {
            test_failed(__FILE__, __LINE__, loops[i].name);
        }
    }
}

// Taken in every other round.
static void should_foretell_by_two_bits(void) {
    TestBoard *board = start(PROGRAM_timing_alternating);
    core_set_register(board->core, 0, 2000);
    CHECK(test_board_run(board, UINT64_C(1) << 30));
    uint64_t missed = counters_of(board).mispredictions;
    test_board_free(board);
    // A forward branch starts at 1 (not taken). Even rounds: not taken, right, 0; odd: taken, wrong, 1; and
    // so on: every taken one is wrong. The loop's own branch is wrong at its end.
    CHECK_EQUAL(1000 + 1, missed);
}

static void should_charge_each_new_line_once(void) {
    TestBoard *board = start(PROGRAM_timing_lines);
    core_set_memory_timing(board->core, 2, 4);
    core_set_register(board->core, 0, 100);
    core_set_register(board->core, 1, AXI_SRAM);
    CHECK(test_board_run(board, UINT64_C(1) << 30));
    CoreCounters counters = counters_of(board);
    CHECK_EQUAL(100, counters.memory.data_misses[REGION_AXI_SRAM]);
    CHECK_EQUAL(0, counters.memory.data_misses[REGION_FLASH]);
    CHECK_EQUAL(0, counters.memory.evictions[REGION_AXI_SRAM]);
    // In CPU cycles, two to an AXI cycle [p]: 6 to the critical word and 12 to the whole line. A round of 2
    // ends before the line is whole: the next waits for the other 12 - 6 - 2. The first waits for the
    // instructions' line: 18 from the start, of which 12 to its critical word and a round are over.
    CHECK_EQUAL(18 - 12 - 2 + 6 + 99 * (6 + 4), counters.memory.data_stall_cycles[REGION_AXI_SRAM]);
    test_board_free(board);
}

static void should_not_wait_for_what_is_stored(void) {
    TestBoard *board = start(PROGRAM_timing_write_lines);
    core_set_memory_timing(board->core, 2, 4);
    core_set_register(board->core, 0, 1);
    core_set_register(board->core, 1, AXI_SRAM);
    CHECK(test_board_run(board, UINT64_C(1) << 30));
    CHECK_EQUAL(1, counters_of(board).memory.data_misses[REGION_AXI_SRAM]);
    // For the bus, which brings the instructions' line, as above; not for the word.
    CHECK_EQUAL(18 - 12 - 2, counters_of(board).memory.data_stall_cycles[REGION_AXI_SRAM]);
    test_board_free(board);
}

// 16 KB in four ways of 128 sets [t]: 512 lines stay, of 513 in a row the least recent is always the next
// wanted.
static void should_hold_sixteen_kilobytes(void) {
    static const struct { uint32_t lines, misses_again; } cases[] = {{512, 0}, {513, 5}, {640, 640}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TestBoard *board = start(PROGRAM_timing_lines);
        uint64_t misses[2];
        for (unsigned round = 0; round < 2; round++) {
            core_set_register(board->core, 15, PROGRAM_timing_lines);
            core_set_register(board->core, 0, cases[i].lines);
            core_set_register(board->core, 1, AXI_SRAM);
            core_resume(board->core);
            CHECK(test_board_run(board, UINT64_C(1) << 30));
            misses[round] = counters_of(board).memory.data_misses[REGION_AXI_SRAM];
        }
        CHECK_EQUAL(cases[i].lines, misses[0]);
        CHECK_EQUAL(cases[i].misses_again, misses[1] - misses[0]);
        test_board_free(board);
    }
}

static void should_write_back_what_was_stored(void) {
    TestBoard *board = start(PROGRAM_timing_write_lines);
    core_set_register(board->core, 0, 1024);
    core_set_register(board->core, 1, AXI_SRAM);
    CHECK(test_board_run(board, UINT64_C(1) << 30));
    CHECK_EQUAL(1024, counters_of(board).memory.data_misses[REGION_AXI_SRAM]);
    CHECK_EQUAL(1024 - 512, counters_of(board).memory.evictions[REGION_AXI_SRAM]);
    test_board_free(board);
}

static void should_not_charge_tightly_coupled_memory(void) {
    TestBoard *board = start(PROGRAM_timing_lines);
    core_set_register(board->core, 0, 1000);
    core_set_register(board->core, 1, DTCM);
    CHECK(test_board_run(board, UINT64_C(1) << 30));
    CHECK_EQUAL(0, counters_of(board).memory.data_stall_cycles[REGION_AXI_SRAM]);
    CHECK_EQUAL(0, counters_of(board).memory.uncached[REGION_AXI_SRAM]);
    test_board_free(board);
}

static void should_pass_by_a_cache_that_is_off(void) {
    TestBoard *board = start(PROGRAM_timing_lines);
    CHECK(bus_write(board->bus, MASTER_DEBUG, CCR, 4, CACHES_ON & ~(UINT32_C(1) << 16)) == BUS_OK);
    core_set_register(board->core, 0, 10);
    core_set_register(board->core, 1, AXI_SRAM);
    CHECK(test_board_run(board, UINT64_C(1) << 30));
    CHECK_EQUAL(10, counters_of(board).memory.uncached[REGION_AXI_SRAM]);
    CHECK_EQUAL(0, counters_of(board).memory.data_misses[REGION_AXI_SRAM]);
    test_board_free(board);
}

// B.W (encoding T4, A7.7.12).
static void place_branch(TestBoard *board, uint32_t from, uint32_t to) {
    uint32_t offset = to - (from + 4);
    uint32_t sign = offset >> 31;
    uint32_t j1 = (~(offset >> 23) ^ sign) & 1u;
    uint32_t j2 = (~(offset >> 22) ^ sign) & 1u;
    uint32_t first = 0xF000u | sign << 10 | (offset >> 12 & 0x3FFu);
    uint32_t second = 0x9000u | j1 << 13 | j2 << 11 | (offset >> 1 & 0x7FFu);
    test_board_set_word(board, from, second << 16 | first);
}

// Code of `blocks` pieces that lie 8 KB apart, all in one set of the instruction cache, in a loop of 100
// rounds.
static uint64_t instruction_misses(uint32_t blocks) {
    enum { WAY_BYTES = 8192, ROUNDS = 100 };
    TestBoard *board = test_board_new_with_model();
    test_board_start(board, PROGRAM_timing_lines);
    CHECK(bus_write(board->bus, MASTER_DEBUG, CCR, 4, CACHES_ON) == BUS_OK);
    uint32_t last = AXI_SRAM + (blocks - 1) * WAY_BYTES;
    for (uint32_t block = AXI_SRAM; block < last; block += WAY_BYTES) {
        place_branch(board, block, block + WAY_BYTES);
    }
    test_board_set_word(board, last, 0xD0013801u); // subs r0, #1; beq to the BKPT
    place_branch(board, last + 4, AXI_SRAM);
    test_board_set_word(board, last + 8, 0xBE00BE00u);
    core_set_register(board->core, 0, ROUNDS);
    core_set_register(board->core, 15, AXI_SRAM);
    CHECK(test_board_run(board, UINT64_C(1) << 30));
    uint64_t misses = counters_of(board).memory.instruction_misses[REGION_AXI_SRAM];
    test_board_free(board);
    return misses;
}

// Two ways: of three lines in turn the least recent is always the next wanted.
static void should_hold_two_instruction_lines_of_a_set(void) {
    CHECK_EQUAL(2, instruction_misses(2));
    CHECK_EQUAL(3 * 100, instruction_misses(3));
}

static uint64_t sliced(unsigned slice_blocks, uint64_t deadline_cycles) {
    TestBoard *board = start(PROGRAM_long_program);
    core_set_slice_blocks(board->core, slice_blocks);
    test_board_set_vector(board, 11, PROGRAM_plain_return);
    test_board_set_vector(board, 16 + 5, PROGRAM_irq5_handler);
    test_board_set_vector(board, 15, PROGRAM_systick_handler);
    while (!test_board_run(board, deadline_cycles)) {
    }
    uint64_t cycles = timeline_cycles(board->timeline);
    test_board_free(board);
    return cycles;
}

static void should_not_depend_on_slices(void) {
    uint64_t cycles = sliced(0, UINT64_C(1) << 40);
    CHECK(cycles > 10000);
    static const unsigned slices[] = {0, 1, 2, 3, 7, 50, 1000};
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
        CHECK_EQUAL(cycles, sliced(slices[i], UINT64_C(1) << 40));
    }
    static const uint64_t deadlines[] = {100, 777, 12345};
    for (size_t i = 0; i < sizeof deadlines / sizeof *deadlines; i++) {
        CHECK_EQUAL(cycles, sliced(0, deadlines[i]));
    }
}

typedef struct ProfileTotals {
    uint64_t cycles, instructions, instruction_misses;
    ProfileEntry longest;
} ProfileTotals;

static void add_entry(void *context, const ProfileEntry *entry) {
    ProfileTotals *totals = context;
    totals->cycles += entry->cycles;
    totals->instructions += entry->instructions;
    totals->instruction_misses += entry->instruction_misses;
    if (entry->executions > totals->longest.executions) {
        totals->longest = *entry;
    }
}

static void profile_long_program(unsigned slice_blocks, ProfileTotals *totals) {
    Profile *profile = profile_new();
    TestBoard *board = test_board_new_with_profile(profile);
    core_set_slice_blocks(board->core, slice_blocks);
    test_board_start(board, PROGRAM_timing_multiplies);
    core_set_register(board->core, 0, 5000);
    CHECK(test_board_run(board, UINT64_C(1) << 30));
    *totals = (ProfileTotals){0};
    profile_each(profile, add_entry, totals);
    CHECK_EQUAL(core_instructions(board->core), totals->instructions);
    CHECK_EQUAL(timeline_cycles(board->timeline), totals->cycles);
    test_board_free(board);
    profile_free(profile);
}

static void should_tell_what_each_block_took(void) {
    ProfileTotals totals;
    profile_long_program(0, &totals);
    CHECK_EQUAL(4999, totals.longest.executions); // the first round is part of a longer block
    CHECK_EQUAL(4999 * 6, totals.longest.instructions);
    CHECK_EQUAL(4 * 4 + 2 * 4, totals.longest.size_bytes);
    ProfileTotals sliced_totals;
    profile_long_program(1, &sliced_totals);
    CHECK_EQUAL(4999, sliced_totals.longest.executions);
    CHECK_EQUAL(totals.longest.cycles, sliced_totals.longest.cycles);
}

int main(int argc, char **argv) {
    static const Test tests[] = {
        TEST(should_take_what_the_rules_say),
        TEST(should_foretell_by_two_bits),
        TEST(should_charge_each_new_line_once),
        TEST(should_not_wait_for_what_is_stored),
        TEST(should_hold_sixteen_kilobytes),
        TEST(should_write_back_what_was_stored),
        TEST(should_not_charge_tightly_coupled_memory),
        TEST(should_pass_by_a_cache_that_is_off),
        TEST(should_hold_two_instruction_lines_of_a_set),
        TEST(should_not_depend_on_slices),
        TEST(should_tell_what_each_block_took),
    };
    return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
