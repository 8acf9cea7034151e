// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip_test.h"

#define TIM2 0x40000000u
#define CR1 (TIM2 + 0x00)
#define SR (TIM2 + 0x10)
#define EGR (TIM2 + 0x14)
#define CNT (TIM2 + 0x24)
#define PSC (TIM2 + 0x28)
#define ARR (TIM2 + 0x2C)

static Board *start(void) {
    Board *board = test_board(REVISION_V);
    set_bits(board, RCC_APB1LENR_, 1);
    poke(board, PSC, 63); // 64 MHz: microseconds
    poke(board, EGR, 1);
    poke(board, SR, 0);
    return board;
}

static void shouldCountMicroseconds(void) {
    Board *board = start();
    poke(board, CR1, 1);
    run_for(board, 10 * PICOSECONDS_PER_SECOND);
    CHECK_EQUAL(10000000, peek(board, CNT));
    poke(board, CR1, 0);
    run_for(board, MILLISECONDS);
    CHECK_EQUAL(10000000, peek(board, CNT));
    test_board_free(board);
}

static void shouldRaiseItsFlagWhenItRollsOver(void) {
    Board *board = start();
    poke(board, ARR, 999);
    poke(board, CR1, 1);
    run_for(board, MILLISECONDS - 1);
    CHECK_EQUAL(0, peek(board, SR));
    CHECK_EQUAL(999, peek(board, CNT));
    run_for(board, 1);
    CHECK_EQUAL(1, peek(board, SR));
    CHECK_EQUAL(0, peek(board, CNT));
    test_board_free(board);
}

static void shouldStopAfterOnePulse(void) {
    Board *board = start();
    poke(board, ARR, 999);
    poke(board, CR1, 9);
    run_for(board, 3 * MILLISECONDS);
    CHECK_EQUAL(0, peek(board, CR1) & 1u);
    CHECK_EQUAL(0, peek(board, CNT));
    test_board_free(board);
}

// 64 MHz for 10.5 us and 16 MHz (HSI / 4) for the next 40: ten and a half and ten more counts.
static void shouldGoOnAtTheNewClock(void) {
    Board *board = start();
    poke(board, ARR, 21);
    poke(board, CR1, 1);
    run_for(board, 10 * MICROSECONDS + MICROSECONDS / 2);
    set_bits(board, RCC_CR, 2u << 3);
    CHECK_EQUAL(10, peek(board, CNT));
    run_for(board, 2 * MICROSECONDS - 1);
    CHECK_EQUAL(10, peek(board, CNT));
    run_for(board, 1);
    CHECK_EQUAL(11, peek(board, CNT));
    run_for(board, 43 * MICROSECONDS);
    CHECK_EQUAL(21, peek(board, CNT));
    CHECK_EQUAL(0, peek(board, SR));
    run_for(board, MICROSECONDS);
    CHECK_EQUAL(1, peek(board, SR));
    test_board_free(board);
}

int main(void) {
    shouldCountMicroseconds();
    shouldRaiseItsFlagWhenItRollsOver();
    shouldStopAfterOnePulse();
    shouldGoOnAtTheNewClock();
    return 0;
}
