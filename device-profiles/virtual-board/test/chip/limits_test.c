// SPDX-License-Identifier: GPL-2.0-or-later
// Beyond what the silicon bears the program dies, and a lint says why. Rev Y's AXI SRAM reads wrong without
// the workaround.
#include "chip_test.h"

#define ENDLESS_LOOP 0xE7FEE7FEu
#define CCR 0xE000ED14u
#define CCR_DC (1u << 16)
#define AXI_TARG7_FN_MOD 0x51008108u

// An endless loop in AXI SRAM; the vector table in flash is erased, so that a fault locks the core up.
static void start_loop(Board *board) {
    poke(board, AXI_SRAM, ENDLESS_LOOP);
    core_set_register(board->core, 13, DTCM + 0x1000);
    core_set_register(board->core, 15, AXI_SRAM);
    core_set_register(board->core, 16, 1u << 24);
    core_resume(board->core);
}

static void check_survives(Board *board) {
    start_loop(board);
    run_for(board, MILLISECONDS);
    CHECK_EQUAL(CORE_RAN, core_state(board->core));
}

static void check_dies(Board *board, const char *kind) {
    start_loop(board);
    run_for(board, MILLISECONDS);
    CHECK_EQUAL(CORE_LOCKED_UP, core_state(board->core));
    CHECK(has_lint(board, kind));
}

static void shouldRunAtTheFastestLegalClock(void) {
    Board *board = test_board(REVISION_V);
    run_fast(board, true);
    check_survives(board);
    CHECK_EQUAL(0, lints_count(board->lints));
    test_board_free(board);
    board = test_board(REVISION_Y);
    run_fast(board, false);
    check_survives(board);
    test_board_free(board);
}

static void shouldDieOfTooLittleLatency(void) {
    Board *board = test_board(REVISION_V);
    run_fast(board, false);
    poke(board, FLASH_ACR, 0x21); // 200 MHz AXI at VOS1 wants 2
    check_dies(board, "flash-latency");
    test_board_free(board);
}

static void shouldDieOfTooLittleVoltage(void) {
    Board *board = test_board(REVISION_V);
    run_fast(board, false);
    poke(board, PWR_D3CR, 2u << 14); // scale 2: 300 MHz
    check_dies(board, "clock-too-fast");
    test_board_free(board);
}

static void shouldDieOfAFastPeripheralBus(void) {
    Board *board = test_board(REVISION_V);
    run_fast(board, false);
    poke(board, RCC_D2CFGR, 0);
    check_dies(board, "clock-too-fast");
    test_board_free(board);
}

static unsigned wrong_words(Board *board, uint32_t pattern) {
    unsigned wrong = 0;
    for (uint32_t offset = 0x1000; offset < 0x80000; offset += 4) {
        wrong += peek(board, AXI_SRAM + offset) != pattern;
    }
    return wrong;
}

static unsigned most_wrong_words(Revision revision, bool workaround, bool cache) {
    const uint32_t pattern = 0x5A5A5A5Au;
    Board *board = test_board(revision);
    for (uint32_t offset = 0x1000; offset < 0x80000; offset += 4) {
        poke(board, AXI_SRAM + offset, pattern);
    }
    if (workaround) {
        poke(board, AXI_TARG7_FN_MOD, 1);
    }
    if (cache) {
        set_bits(board, CCR, CCR_DC);
    }
    start_loop(board);
    unsigned most = 0;
    for (unsigned i = 0; i < 10; i++) {
        run_for(board, MILLISECONDS);
        unsigned wrong = wrong_words(board, pattern);
        most = wrong > most ? wrong : most;
    }
    CHECK_EQUAL(most > 0, has_lint(board, "axi-sram-erratum"));
    test_board_free(board);
    return most;
}

static void shouldReadAxiSramWrongOnRevisionY(void) {
    CHECK_EQUAL(1, most_wrong_words(REVISION_Y, false, true)); // one word at a time, healed afterwards
    CHECK_EQUAL(0, most_wrong_words(REVISION_Y, true, true));
    CHECK_EQUAL(0, most_wrong_words(REVISION_Y, false, false));
    CHECK_EQUAL(0, most_wrong_words(REVISION_V, false, true));
}

int main(void) {
    shouldRunAtTheFastestLegalClock();
    shouldDieOfTooLittleLatency();
    shouldDieOfTooLittleVoltage();
    shouldDieOfAFastPeripheralBus();
    shouldReadAxiSramWrongOnRevisionY();
    return 0;
}
