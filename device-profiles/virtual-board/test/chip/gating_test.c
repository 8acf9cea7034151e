// SPDX-License-Identifier: GPL-2.0-or-later
// Clocks off, resets, addresses that exist and addresses that do not, identity.
#include "chip_test.h"

#define GPIOB 0x58020400u
#define CRC_POL 0x58024C14u
#define DBGMCU_IDCODE 0x5C001000u
#define UNIQUE_ID 0x1FF1E800u
#define FLASH_SIZE 0x1FF1E880u
#define RCC_AHB4RSTR (RCC + 0x88)

static BusResult try_read(Board *board, BusMaster master, uint32_t address) {
    uint32_t value;
    return bus_read(board->bus, master, address, 4, &value);
}

static void shouldIgnoreUnclockedPeripherals(void) {
    Board *board = test_board(REVISION_V);
    poke(board, CRC_POL, 0x1021);
    CHECK_EQUAL(0, peek(board, CRC_POL));
    CHECK(has_lint(board, "unclocked"));
    set_bits(board, RCC_AHB4ENR_, 1u << 19);
    CHECK_EQUAL(0x04C11DB7, peek(board, CRC_POL)); // the write was lost
    poke(board, CRC_POL, 0x1021);
    CHECK_EQUAL(0x1021, peek(board, CRC_POL));
    poke(board, RCC + 0x140, 0); // AHB4ENR by its alias for the CPU
    CHECK_EQUAL(0, peek(board, CRC_POL));
    CHECK_EQUAL(0, peek(board, RCC_AHB4ENR_));
    test_board_free(board);
}

static void shouldResetAPeripheralByItsBit(void) {
    Board *board = test_board(REVISION_V);
    set_bits(board, RCC_AHB4ENR_, 1u << 19);
    poke(board, CRC_POL, 0x1021);
    poke(board, RCC_AHB4RSTR, 1u << 19);
    poke(board, RCC_AHB4RSTR, 0);
    CHECK_EQUAL(0x04C11DB7, peek(board, CRC_POL));
    test_board_free(board);
}

static void shouldGateTheSramsOfDomain2(void) {
    Board *board = test_board(REVISION_V);
    CHECK_EQUAL(BUS_ERROR, try_read(board, MASTER_CPU, SRAM1));
    CHECK_EQUAL(BUS_ERROR, try_read(board, MASTER_DMA1, SRAM1));
    set_bits(board, RCC_AHB2ENR_, 1u << 29);
    poke(board, SRAM1, 42);
    CHECK_EQUAL(42, peek(board, 0x10000000)); // alias
    CHECK_EQUAL(BUS_ERROR, try_read(board, MASTER_CPU, SRAM1 + 0x20000));
    CHECK_EQUAL(BUS_ERROR, try_read(board, MASTER_DEBUG, 0x30040000));
    set_bits(board, RCC_AHB2ENR_, 3u << 30);
    CHECK_EQUAL(BUS_OK, try_read(board, MASTER_CPU, SRAM1 + 0x20000));
    CHECK_EQUAL(BUS_OK, try_read(board, MASTER_CPU, 0x30047FFC));
    CHECK_EQUAL(BUS_ERROR, try_read(board, MASTER_CPU, 0x30048000));
    board_reset(board, RESET_PIN);
    CHECK_EQUAL(BUS_ERROR, try_read(board, MASTER_CPU, SRAM1));
    test_board_free(board);
}

// Straight-line code: r0 = the clock's register, r1 = its bit, r2 = the memory.
static const uint16_t use_and_lose[] = {
    0x6001,         // str r1, [r0]    on
    0x6804,         // ldr r4, [r0]
    0xF3BF, 0x8F4F, // dsb
    0x6815,         // ldr r5, [r2]
    0x6013,         // str r3, [r2]
    0x2600,         // movs r6, #0
    0x6006,         // str r6, [r0]    off
    0x2601,         // movs r6, #1
    0x6013,         // str r3, [r2]    faults
    0x2602,         // movs r6, #2
    0xE7FE,         // b .
};

static void useAndLose(uint32_t enable_register, unsigned bit, uint32_t memory) {
    Board *board = test_board(REVISION_V);
    set_bits(board, PWR_CR1, 1u << 8); // backup domain writable
    poke(board, enable_register, 1u << bit);
    poke(board, memory, 0xCAFE0000u | bit);
    poke(board, enable_register, 0);
    for (unsigned i = 0; i < sizeof use_and_lose / 2; i++) {
        CHECK_EQUAL(BUS_OK, bus_write(board->bus, MASTER_DEBUG, AXI_SRAM + 2 * i, 2, use_and_lose[i]));
    }
    core_set_register(board->core, 0, enable_register);
    core_set_register(board->core, 1, 1u << bit);
    core_set_register(board->core, 2, memory);
    core_set_register(board->core, 13, DTCM + 0x1000);
    core_set_register(board->core, 15, AXI_SRAM);
    poke(board, 0xE000ED08, DTCM); // VTOR
    poke(board, DTCM + 4 * 3, (AXI_SRAM + sizeof use_and_lose - 2) | 1u);
    core_resume(board->core);
    run_for(board, MICROSECONDS);
    CHECK_EQUAL(0xCAFE0000u | bit, core_register(board->core, 5));
    CHECK_EQUAL(1, core_register(board->core, 6));
    CHECK_EQUAL(1u << 9 | 1u << 15, peek(board, 0xE000ED28)); // CFSR: PRECISERR, BFARVALID
    CHECK_EQUAL(memory, peek(board, 0xE000ED38));             // BFAR
    test_board_free(board);
}

static void shouldMeetASramAsItsClockIsAtTheVeryNextAccess(void) {
    useAndLose(RCC_AHB2ENR_, 29, SRAM1);
    useAndLose(RCC_AHB2ENR_, 29, 0x10000000); // alias
    useAndLose(RCC_AHB2ENR_, 30, SRAM1 + 0x20000);
    useAndLose(RCC_AHB2ENR_, 31, SRAM1 + 0x40000);
    useAndLose(RCC_AHB4ENR_, 28, 0x38800000);
}

static void shouldNoteWhatIsNotModelledAndRefuseWhatIsNotThere(void) {
    Board *board = test_board(REVISION_V);
    poke(board, 0x58001C00, 1); // I2C4
    CHECK_EQUAL(0, peek(board, 0x58001C00));
    CHECK(has_lint(board, "unmodelled"));
    CHECK_EQUAL(BUS_ERROR, try_read(board, MASTER_CPU, 0x40002800));
    CHECK_EQUAL(BUS_ERROR, try_read(board, MASTER_CPU, 0x60000000));
    CHECK_EQUAL(BUS_ERROR, try_read(board, MASTER_CPU, 0x24080000));
    CHECK_EQUAL(BUS_ERROR, bus_write(board->bus, MASTER_CPU, UNIQUE_ID, 4, 0));
    test_board_free(board);
}

static void shouldIdentifyItself(void) {
    Board *board = test_board(REVISION_V);
    char id[5] = {0};
    uint32_t word = peek(board, UNIQUE_ID);
    memcpy(id, &word, 4);
    CHECK(strcmp(id, "VIRT") == 0);
    // FNV-1a 64 of "TEST", computed with another implementation
    CHECK_EQUAL(0x7d902e25, peek(board, UNIQUE_ID + 4));
    CHECK_EQUAL(0x0ed8a7fa, peek(board, UNIQUE_ID + 8));
    CHECK_EQUAL(2048, peek(board, FLASH_SIZE) & 0xFFFFu);
    CHECK_EQUAL(0x20036450, peek(board, DBGMCU_IDCODE));
    test_board_free(board);
    board = test_board(REVISION_Y);
    CHECK_EQUAL(0x10036450, peek(board, DBGMCU_IDCODE));
    test_board_free(board);
}

static void shouldSetAndResetPins(void) {
    Board *board = test_board(REVISION_V);
    set_bits(board, RCC_AHB4ENR_, 1u << 1);
    CHECK_EQUAL(0xFFFFFEBF, peek(board, GPIOB));
    poke(board, GPIOB, 1); // PB0 output, the others inputs
    poke(board, GPIOB + 0x18, 1u | 1u << 16);
    CHECK_EQUAL(1, peek(board, GPIOB + 0x14)); // set wins
    CHECK_EQUAL(1, peek(board, GPIOB + 0x10) & 1u);
    poke(board, GPIOB + 0x18, 1u << 16);
    CHECK_EQUAL(0, peek(board, GPIOB + 0x10) & 1u);
    poke(board, GPIOB + 0x0C, 1u << 6); // PB3 pull-up
    CHECK_EQUAL(8, peek(board, GPIOB + 0x10) & 8u);
    const uint32_t lock[3] = {0x10001, 1, 0x10001};
    for (unsigned i = 0; i < 3; i++) {
        poke(board, GPIOB + 0x1C, lock[i]);
    }
    poke(board, GPIOB, 0xE);
    CHECK_EQUAL(0xD, peek(board, GPIOB)); // PB0 is frozen, PB1 is not
    test_board_free(board);
}

static void shouldScrambleRamWhenPowerGoes(void) {
    Board *board = test_board(REVISION_V);
    uint32_t first = peek(board, AXI_SRAM);
    poke(board, AXI_SRAM, 0x12345678);
    board_reset(board, RESET_PIN);
    CHECK_EQUAL(0x12345678, peek(board, AXI_SRAM));
    board_set_power(board, false);
    board_set_power(board, true);
    CHECK_EQUAL(first, peek(board, AXI_SRAM));
    test_board_free(board);
}

static void shouldBeInResetWhileNrstIsLow(void) {
    Board *board = test_board(REVISION_V);
    set_bits(board, RCC_AHB4ENR_, 1u << 1);
    poke(board, GPIOB, 1); // PB0 drives
    unsigned resets = board->resets;
    board_hold_nreset(board, true);
    CHECK_EQUAL(0, peek(board, RCC_AHB4ENR_));
    set_bits(board, RCC_AHB4ENR_, 1u << 1);
    CHECK_EQUAL(0xFFFFFEBF, peek(board, GPIOB)); // the pin is released
    CHECK_EQUAL(resets, board->resets);
    board_hold_nreset(board, false);
    CHECK_EQUAL(resets + 1, board->resets); // one pulse is one reset
    CHECK_EQUAL(0, peek(board, RCC_AHB4ENR_));
    test_board_free(board);
}

int main(void) {
    shouldIgnoreUnclockedPeripherals();
    shouldResetAPeripheralByItsBit();
    shouldGateTheSramsOfDomain2();
    shouldMeetASramAsItsClockIsAtTheVeryNextAccess();
    shouldNoteWhatIsNotModelledAndRefuseWhatIsNotThere();
    shouldIdentifyItself();
    shouldSetAndResetPins();
    shouldScrambleRamWhenPowerGoes();
    shouldBeInResetWhileNrstIsLow();
    return 0;
}
