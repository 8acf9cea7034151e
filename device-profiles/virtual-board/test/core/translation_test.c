// SPDX-License-Identifier: GPL-2.0-or-later
// Code that is translated anew without end. Takes 20 s, all of them Unicorn's.
#include "programs.h"
#include "test_board.h"
#include <string.h>

#define HUNGRY_ROUNDS 24000u

// More than Unicorn's buffer of 1 GB holds, without a reason to stop in between: it crashes when that is
// full.
static void should_survive_endless_translation(void) {
    TestBoard *board = test_board_new();
    memcpy(board->axi_sram, board->flash + (PROGRAM_hungry_block - FLASH),
           PROGRAM_hungry_block_end - PROGRAM_hungry_block);
    bus_memory_written(board->bus, AXI_SRAM, 1024);
    test_board_start(board, PROGRAM_translation_hungry);
    core_set_register(board->core, 0, AXI_SRAM);
    core_set_register(board->core, 2, HUNGRY_ROUNDS);
    CHECK(test_board_run(board, 100000000));
    CHECK_EQUAL(0, core_register(board->core, 2));
    CHECK_EQUAL(2 + HUNGRY_ROUNDS * (4 + 121), timeline_cycles(board->timeline));
    test_board_free(board);
}

int main(int argc, char **argv) {
    static const Test tests[] = {TEST(should_survive_endless_translation)};
    return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
