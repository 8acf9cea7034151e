// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip_test.h"

#define KR 0x58004800u
#define PR 0x58004804u
#define RLR 0x58004808u
#define SR 0x5800480Cu
#define WINR 0x58004810u
#define DBGMCU_APB4FZ1 0x5C001054u
#define IWDG1RSTF (1u << 26)

static void start(Board *board, uint32_t prescaler, uint32_t reload) {
    poke(board, KR, 0x5555);
    poke(board, PR, prescaler);
    poke(board, RLR, reload);
    CHECK_EQUAL(3, peek(board, SR)); // on its way to the LSI's domain
    run_for(board, 200 * MICROSECONDS);
    CHECK_EQUAL(0, peek(board, SR));
    poke(board, KR, 0xCCCC);
}

static bool was_reset(Board *board) { return (peek(board, RCC_RSR) & IWDG1RSTF) != 0; }

// (RLR + 1) * 4 * 2^PR cycles of 32 kHz
static void shouldResetAfterExactlyItsPeriod(void) {
    static const struct {
        uint32_t prescaler, reload;
        Picoseconds period;
    } cases[] = {{0, 0xFFF, 512 * MILLISECONDS},
                 {3, 999, 1000 * MILLISECONDS},
                 {6, 0xFFF, 32768 * MILLISECONDS},
                 {0, 0, 125 * MICROSECONDS}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Board *board = test_board(REVISION_V);
        start(board, cases[i].prescaler, cases[i].reload);
        run_for(board, cases[i].period - 1);
        CHECK(!was_reset(board));
        run_for(board, 1);
        CHECK(was_reset(board) || board->reset_pending);
        run_for(board, 1);
        CHECK(was_reset(board));
        test_board_free(board);
    }
}

static void shouldLiveAsLongAsItIsFed(void) {
    Board *board = test_board(REVISION_V);
    start(board, 0, 319); // 40 ms
    for (unsigned i = 0; i < 10; i++) {
        run_for(board, 39 * MILLISECONDS);
        poke(board, KR, 0xAAAA);
    }
    CHECK(!was_reset(board));
    run_for(board, 41 * MILLISECONDS);
    CHECK(was_reset(board));
    test_board_free(board);
}

static void shouldNeedItsKey(void) {
    Board *board = test_board(REVISION_V);
    poke(board, RLR, 5);
    CHECK_EQUAL(0xFFF, peek(board, RLR));
    CHECK(has_lint(board, "iwdg-locked"));
    poke(board, KR, 0x5555);
    poke(board, KR, 0); // locks again
    poke(board, RLR, 5);
    CHECK_EQUAL(0xFFF, peek(board, RLR));
    test_board_free(board);
}

static void shouldResetWhenFedTooEarly(void) {
    Board *board = test_board(REVISION_V);
    start(board, 0, 319);
    poke(board, KR, 0x5555);
    poke(board, WINR, 160); // the second half only
    run_for(board, 19 * MILLISECONDS);
    poke(board, KR, 0xAAAA);
    run_for(board, 1);
    CHECK(was_reset(board));
    test_board_free(board);
}

static void shouldStandStillWhileTheCoreIsHalted(void) {
    Board *board = test_board(REVISION_V);
    poke(board, DBGMCU_APB4FZ1, 1u << 18);
    core_resume(board->core); // locked up on the erased flash, but not halted
    run_for(board, MILLISECONDS);
    start(board, 0, 319);
    run_for(board, 30 * MILLISECONDS);
    core_halt(board->core);
    run_for(board, 500 * MILLISECONDS);
    CHECK(!was_reset(board));
    core_resume(board->core);
    run_for(board, 9 * MILLISECONDS);
    CHECK(!was_reset(board));
    run_for(board, 2 * MILLISECONDS);
    CHECK(was_reset(board));
    test_board_free(board);
}

static void shouldGoOnWhileTheCoreIsHaltedUnlessTold(void) {
    Board *board = test_board(REVISION_V);
    start(board, 0, 319);
    run_for(board, 41 * MILLISECONDS); // halted all the time
    CHECK(was_reset(board));
    test_board_free(board);
}

int main(void) {
    shouldResetAfterExactlyItsPeriod();
    shouldLiveAsLongAsItIsFed();
    shouldNeedItsKey();
    shouldResetWhenFedTooEarly();
    shouldStandStillWhileTheCoreIsHalted();
    shouldGoOnWhileTheCoreIsHaltedUnlessTold();
    return 0;
}
