// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip_test.h"

Board *test_board(Revision revision) {
    BoardOptions options = {.serial = "TEST", .revision = revision, .fast_flash = true};
    Board *board = board_new(&options);
    CHECK(board != NULL);
    board_serial_line_new(board, NULL);
    core_halt(board->core);
    return board;
}

void test_board_free(Board *board) {
    serial_line_free(board->serial_line);
    board_free(board);
}

uint32_t peek(Board *board, uint32_t address) {
    uint32_t value;
    CHECK_EQUAL(BUS_OK, bus_read(board->bus, MASTER_CPU, address, 4, &value));
    return value;
}

void poke(Board *board, uint32_t address, uint32_t value) {
    CHECK_EQUAL(BUS_OK, bus_write(board->bus, MASTER_CPU, address, 4, value));
}

void set_bits(Board *board, uint32_t address, uint32_t bits) {
    poke(board, address, peek(board, address) | bits);
}

void run_for(Board *board, Picoseconds duration) {
    board_run(board, timeline_now(board->timeline) + duration);
}

bool has_lint(const Board *board, const char *kind) {
    for (size_t i = 0; i < lints_count(board->lints); i++) {
        if (strcmp(lints_kind(board->lints, i), kind) == 0) {
            return true;
        }
    }
    return false;
}

void raise_voltage(Board *board, bool overdrive) {
    poke(board, PWR_CR3, 0x2);
    run_for(board, 100 * MICROSECONDS);
    CHECK((peek(board, PWR_CSR1) & 1u << 13) != 0);
    poke(board, PWR_D3CR, 3u << 14);
    run_for(board, 100 * MICROSECONDS);
    CHECK((peek(board, PWR_D3CR) & 1u << 13) != 0);
    if (overdrive) {
        set_bits(board, RCC_APB4ENR_, 1u << 1);
        poke(board, SYSCFG_PWRCR, 1);
        run_for(board, 100 * MICROSECONDS);
    }
}

void run_fast(Board *board, bool overdrive) {
    raise_voltage(board, overdrive);
    poke(board, FLASH_ACR, overdrive ? 0x24 : 0x22);
    poke(board, RCC_CR, 0x50001); // HSE, bypass
    run_for(board, MILLISECONDS);
    uint32_t multiplier = overdrive ? 240 : 200;
    poke(board, RCC_PLLCKSELR, 0x02020000u | 2u << 4 | 2u); // HSE / 2 = 4 MHz
    poke(board, RCC_PLLCFGR, 0x01FF0000u | 2u << 2);        // reference 4-8 MHz
    poke(board, RCC_PLL1DIVR, (multiplier - 1) | 1u << 9 | 3u << 16 | 1u << 24);
    set_bits(board, RCC_CR, 1u << 24);
    run_for(board, MILLISECONDS);
    poke(board, RCC_D1CFGR, 8u | 4u << 4);
    poke(board, RCC_D2CFGR, 4u << 4 | 4u << 8);
    poke(board, RCC_D3CFGR, 4u << 4);
    poke(board, RCC_CFGR, 3);
    CHECK_EQUAL(3u << 3, peek(board, RCC_CFGR) & 0x38u);
}

void start_usart(Board *board, uint32_t brr, uint32_t cr1, uint32_t cr3) {
    set_bits(board, RCC_AHB4ENR_, 1u << 3);
    set_bits(board, RCC_APB1LENR_, 1u << 18);
    set_bits(board, RCC_AHB1ENR_, 1u);
    set_bits(board, RCC_AHB2ENR_, 7u << 29);
    uint32_t mode = peek(board, GPIOD);
    poke(board, GPIOD, (mode & ~(0xFu << 16)) | 0xAu << 16);
    poke(board, GPIOD + 0x24, 0x77);
    poke(board, RCC_D2CCIP2R, 3); // HSI
    poke(board, USART3_BRR, brr);
    poke(board, USART3_CR3, cr3);
    poke(board, USART3_CR1, cr1 | 1u);
}
