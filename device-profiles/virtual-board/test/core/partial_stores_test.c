// SPDX-License-Identifier: GPL-2.0-or-later
// The last store of less than a word that a fault handler makes before a reset.
#include "programs.h"
#include "test_board.h"

#define BEFORE 0xAABBCCDDu
#define STORED 0x11223344u
#define ELSEWHERE (DEVICE + DEVICE_SCRATCH)
#define HARD_FAULT 3
#define RECORD 0x4000u // offset inside each memory

// What the handler does after an undefined instruction: see programs_memory.s.
typedef struct Accesses {
    uint32_t handler;
    uint32_t store;       // r0
    uint32_t store_later; // r2
    uint32_t load_later;  // r4
} Accesses;

static TestBoard *run_handler(const Accesses *accesses) {
    TestBoard *board = test_board_new();
    board->d2_accessible = true;
    bus_memory_access_changed(board->bus, D2_SRAM, true);
    bus_memory_access_changed(board->bus, D2_SRAM_ALIAS, true);
    test_board_start(board, PROGRAM_udf_only);
    test_board_set_vector(board, HARD_FAULT, accesses->handler);
    test_board_set_word(board, accesses->store & ~3u, BEFORE);
    core_set_register(board->core, 0, accesses->store);
    core_set_register(board->core, 1, STORED);
    core_set_register(board->core, 2, accesses->store_later);
    core_set_register(board->core, 4, accesses->load_later);
    test_board_run(board, 1000);
    return board;
}

static void expect_after_reset(Accesses accesses, uint32_t expected, uint32_t address) {
    TestBoard *board = run_handler(&accesses);
    CHECK_EQUAL(1, board->reset_requests);
    core_reset(board->core, DTCM, true);
    CHECK_EQUAL(expected, test_board_word(board, address));
    test_board_free(board);
}

static void should_lose_last_byte_in_every_ram(void) {
    static const uint32_t rams[] = {ITCM, DTCM, AXI_SRAM, D2_SRAM, D2_SRAM_ALIAS};
    for (unsigned i = 0; i < sizeof rams / sizeof *rams; i++) {
        uint32_t record = rams[i] + RECORD;
        Accesses alone = {PROGRAM_bytes_and_reset, record + 1, ELSEWHERE, ELSEWHERE};
        expect_after_reset(alone, BEFORE, record);
    }
}

static void should_lose_last_halfword(void) {
    Accesses alone = {PROGRAM_halfword_and_reset, DTCM + RECORD + 2, 0, 0};
    expect_after_reset(alone, BEFORE, DTCM + RECORD);
}

static void should_keep_bytes_after_another_access_to_the_ram(void) {
    uint32_t kept = (BEFORE & ~0xFFu) | (STORED & 0xFFu);
    Accesses store = {PROGRAM_bytes_and_reset, AXI_SRAM + RECORD, AXI_SRAM, ELSEWHERE};
    expect_after_reset(store, kept, AXI_SRAM + RECORD);
    Accesses load = {PROGRAM_bytes_and_reset, AXI_SRAM + RECORD, ELSEWHERE, AXI_SRAM};
    expect_after_reset(load, kept, AXI_SRAM + RECORD);
    Accesses other_name = {PROGRAM_bytes_and_reset, D2_SRAM + RECORD, D2_SRAM_ALIAS + 8, ELSEWHERE};
    expect_after_reset(other_name, kept, D2_SRAM + RECORD);
    Accesses other_ram = {PROGRAM_bytes_and_reset, AXI_SRAM + RECORD, DTCM + RECORD, DTCM};
    expect_after_reset(other_ram, BEFORE, AXI_SRAM + RECORD);
}

static void should_keep_full_words(void) {
    Accesses aligned = {PROGRAM_words_and_reset, DTCM + RECORD, ELSEWHERE, 0};
    expect_after_reset(aligned, STORED, DTCM + RECORD);
}

static void should_lose_the_end_of_an_unaligned_word(void) {
    TestBoard *board =
        run_handler(&(Accesses){PROGRAM_words_and_reset, DTCM + 4 + RECORD, DTCM + 2 + RECORD, 0});
    CHECK_EQUAL(STORED >> 16 | (STORED & 0xFFFF0000u), test_board_word(board, DTCM + 4 + RECORD));
    core_reset(board->core, DTCM, true);
    CHECK_EQUAL(STORED, test_board_word(board, DTCM + 4 + RECORD));
    CHECK_EQUAL(STORED << 16, test_board_word(board, DTCM + RECORD) & 0xFFFF0000u);
    test_board_free(board);
}

static void should_keep_bytes_when_dma_or_debugger_wrote_to_the_ram(void) {
    TestBoard *board = run_handler(&(Accesses){PROGRAM_halfword_and_reset, AXI_SRAM + RECORD, 0, 0});
    CHECK(bus_write(board->bus, MASTER_DEBUG, AXI_SRAM, 4, 1) == BUS_OK);
    core_reset(board->core, DTCM, true);
    CHECK_EQUAL((BEFORE & 0xFFFF0000u) | (STORED & 0xFFFFu), test_board_word(board, AXI_SRAM + RECORD));
    test_board_free(board);
}

// The program goes on, and its accesses complete the store.
static void should_keep_bytes_of_a_handler_that_returned(void) {
    TestBoard *board = run_handler(&(Accesses){PROGRAM_byte_and_return, AXI_SRAM + RECORD, 0, 0});
    CHECK(core_is_halted(board->core)); // BKPT behind the undefined instruction
    core_reset(board->core, DTCM, true);
    CHECK_EQUAL((BEFORE & ~0xFFu) | (STORED & 0xFFu), test_board_word(board, AXI_SRAM + RECORD));
    test_board_free(board);
}

int main(int argc, char **argv) {
    static const Test tests[] = {TEST(should_lose_last_byte_in_every_ram),
                                 TEST(should_lose_last_halfword),
                                 TEST(should_keep_bytes_after_another_access_to_the_ram),
                                 TEST(should_keep_full_words),
                                 TEST(should_lose_the_end_of_an_unaligned_word),
                                 TEST(should_keep_bytes_when_dma_or_debugger_wrote_to_the_ram),
                                 TEST(should_keep_bytes_of_a_handler_that_returned)};
    return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
