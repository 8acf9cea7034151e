// SPDX-License-Identifier: GPL-2.0-or-later
// Memory whose clock straight-line code switches: the very next access meets it as it is then.
#include "programs.h"
#include "test_board.h"

#define BFAR UINT32_C(0xE000ED38)
#define CONTENTS 0x600DF00Du

static uint32_t reg(TestBoard *board, unsigned number) { return core_register(board->core, number); }

// Until BKPT, stopping at every n-th block (0 = never).
static TestBoard *run_gating(uint32_t program, uint32_t address, unsigned slice_blocks) {
    TestBoard *board = test_board_new();
    core_set_slice_blocks(board->core, slice_blocks);
    test_board_set_word(board, D2_SRAM + 0x40, CONTENTS);
    test_board_start(board, program);
    test_board_set_vector(board, 3, PROGRAM_record_frame);
    core_set_register(board->core, 0, DEVICE);
    core_set_register(board->core, 1, 1);
    core_set_register(board->core, 6, address);
    CHECK(test_board_run(board, 1000));
    return board;
}

static void should_load_from_memory_just_switched_on(void) {
    for (unsigned slice_blocks = 0; slice_blocks < 3; slice_blocks++) {
        TestBoard *board = run_gating(PROGRAM_gate_open, D2_SRAM + 0x40, slice_blocks);
        CHECK_EQUAL(CONTENTS, reg(board, 3));
        CHECK_EQUAL(5, reg(board, 2));
        CHECK_EQUAL(7, timeline_cycles(board->timeline));
        CHECK_EQUAL(7, core_instructions(board->core));
        test_board_free(board);
    }
}

static void should_know_both_names_of_memory_just_switched_on(void) {
    TestBoard *board = run_gating(PROGRAM_gate_open, D2_SRAM_ALIAS + 0x40, 0);
    CHECK_EQUAL(CONTENTS, reg(board, 3));
    test_board_free(board);
}

static void should_go_on_within_an_it_block(void) {
    TestBoard *board = run_gating(PROGRAM_gate_open_conditionally, D2_SRAM + 0x40, 0);
    CHECK_EQUAL(CONTENTS, reg(board, 3));
    CHECK_EQUAL(5, timeline_cycles(board->timeline));
    test_board_free(board);
}

static void should_step_through_memory_just_switched_on(void) {
    TestBoard *board = run_gating(PROGRAM_gate_open_before_fpu, D2_SRAM + 0x40, 0);
    CHECK_EQUAL(CONTENTS, reg(board, 3));
    CHECK_EQUAL(3, reg(board, 10)); // the fault is that of VMOV
    CHECK_EQUAL(PROGRAM_gate_open_before_fpu + 4, test_board_word(board, reg(board, 11) + 24));
    test_board_free(board);
}

static void should_write_the_base_back_once(void) {
    TestBoard *board = run_gating(PROGRAM_gate_open_writing_back, D2_SRAM + 0x40, 0);
    CHECK_EQUAL(DEVICE + 0x28, reg(board, 4));
    CHECK_EQUAL(CONTENTS, reg(board, 3));
    CHECK_EQUAL(3, timeline_cycles(board->timeline));
    test_board_free(board);
}

static void should_fault_on_a_store_to_memory_just_switched_off(void) {
    TestBoard *board = run_gating(PROGRAM_gate_close, D2_SRAM + 0x40, 0);
    CHECK_EQUAL(3, reg(board, 10)); // BusFault is not enabled: HardFault
    CHECK_EQUAL(1, reg(board, 7));
    CHECK_EQUAL(PROGRAM_gate_close_store_at, test_board_word(board, reg(board, 11) + 24));
    CHECK_EQUAL(1, test_board_word(board, D2_SRAM + 0x40));
    uint32_t bfar;
    CHECK(bus_read(board->bus, MASTER_DEBUG, BFAR, 4, &bfar) == BUS_OK);
    CHECK_EQUAL(D2_SRAM + 0x40, bfar);
    test_board_free(board);
}

int main(int argc, char **argv) {
    static const Test tests[] = {TEST(should_load_from_memory_just_switched_on),
                                 TEST(should_know_both_names_of_memory_just_switched_on),
                                 TEST(should_go_on_within_an_it_block),
                                 TEST(should_step_through_memory_just_switched_on),
                                 TEST(should_write_the_base_back_once),
                                 TEST(should_fault_on_a_store_to_memory_just_switched_off)};
    return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
