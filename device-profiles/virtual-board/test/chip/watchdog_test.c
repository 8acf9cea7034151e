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
    poke(board, WINR, 160);             // the second half only
    run_for(board, 157 * MICROSECONDS); // counts anew when it has arrived
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

// RM0433 46.4.4: five cycles of the LSI.
static void shouldTakeNoSettingWhileTheLastIsUnderWay(void) {
    static const uint32_t registers[] = {PR, RLR, WINR};
    static const uint32_t old[] = {0, 0xFFF, 0xFFF};
    Board *board = test_board(REVISION_V);
    poke(board, KR, 0x5555);
    for (size_t i = 0; i < 3; i++) {
        poke(board, registers[i], 5);
        CHECK_EQUAL(1u << i, peek(board, SR));
        poke(board, registers[i], 6);
        CHECK_EQUAL(old[i], peek(board, registers[i]));
        CHECK(has_lint(board, "iwdg-busy"));
        run_for(board, 5 * 31250000u - 1);
        CHECK_EQUAL(old[i], peek(board, registers[i]));
        run_for(board, 1);
        CHECK_EQUAL(0, peek(board, SR));
        CHECK_EQUAL(5, peek(board, registers[i]));
    }
    test_board_free(board);
}

// A reload before the new value has arrived takes the old one, 512 ms.
static void shouldReloadWhatHasArrived(void) {
    for (unsigned early = 0; early < 2; early++) {
        Board *board = test_board(REVISION_V);
        poke(board, KR, 0xCCCC);
        poke(board, KR, 0x5555);
        poke(board, RLR, 79); // 10 ms
        run_for(board, early ? 0 : 157 * MICROSECONDS);
        poke(board, KR, 0xAAAA);
        run_for(board, 11 * MILLISECONDS);
        CHECK_EQUAL(!early, was_reset(board));
        run_for(board, 500 * MILLISECONDS);
        CHECK_EQUAL(!early, was_reset(board));
        run_for(board, 2 * MILLISECONDS);
        CHECK(was_reset(board));
        test_board_free(board);
    }
}

// 256 ms at a count each 125 us, the other half of the counts at 250 us.
static void shouldGoOnCountingAtTheNewPrescaler(void) {
    Board *board = test_board(REVISION_V);
    poke(board, KR, 0xCCCC);
    poke(board, KR, 0x5555);
    run_for(board, 256 * MILLISECONDS - 5 * 31250000u);
    poke(board, PR, 1);
    run_for(board, 5 * 31250000u + 512 * MILLISECONDS - 1);
    CHECK(!was_reset(board));
    run_for(board, 2);
    CHECK(was_reset(board));
    test_board_free(board);
}

static void shouldSwitchItsOscillatorOn(void) {
    Board *board = test_board(REVISION_V);
    CHECK_EQUAL(0, peek(board, RCC_CSR));
    poke(board, KR, 0xCCCC);
    run_for(board, 200 * MICROSECONDS);
    CHECK_EQUAL(2, peek(board, RCC_CSR)); // ready, although LSION is 0
    poke(board, RCC_CSR, 0);
    CHECK_EQUAL(2, peek(board, RCC_CSR));
    test_board_free(board);
}

int main(void) {
    shouldResetAfterExactlyItsPeriod();
    shouldLiveAsLongAsItIsFed();
    shouldNeedItsKey();
    shouldResetWhenFedTooEarly();
    shouldStandStillWhileTheCoreIsHalted();
    shouldGoOnWhileTheCoreIsHaltedUnlessTold();
    shouldTakeNoSettingWhileTheLastIsUnderWay();
    shouldReloadWhatHasArrived();
    shouldGoOnCountingAtTheNewPrescaler();
    shouldSwitchItsOscillatorOn();
    return 0;
}
