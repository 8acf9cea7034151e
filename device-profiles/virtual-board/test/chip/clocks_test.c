// SPDX-License-Identifier: GPL-2.0-or-later
// From register settings to Hz (RM0433 figure 46), oscillators that start late, and the order of voltage
// scaling.
#include "chip/chip.h"
#include "chip/chip_internal.h"
#include "chip/pwr.h"
#include "chip/rcc.h"
#include "chip_test.h"
#include "fault/faults.h"
#include <math.h>

typedef struct PllCase {
    const char *name;
    uint32_t source; // PLLSRC
    uint32_t divm, n, p, q, r;
    uint32_t range;
    bool medium;
    uint32_t fraction; // FRACN; 0 = not enabled
    double hz[3];      // P, Q, R; 0 in P: it never locks
} PllCase;

static const PllCase cases[] = {
    {"400 MHz from HSE", 2, 1, 100, 2, 4, 2, 3, false, 0, {400e6, 200e6, 400e6}},
    {"480 MHz from HSE / 2", 2, 2, 240, 2, 20, 2, 2, false, 0, {480e6, 48e6, 480e6}},
    {"400 MHz from HSI", 0, 8, 100, 2, 2, 2, 3, false, 0, {400e6, 400e6, 400e6}},
    {"CSI", 1, 1, 100, 4, 5, 8, 2, false, 0, {100e6, 80e6, 50e6}},
    {"fraction", 2, 1, 99, 2, 2, 2, 3, false, 4096, {398e6, 398e6, 398e6}},
    {"medium VCO", 2, 4, 150, 2, 3, 6, 1, true, 0, {150e6, 100e6, 50e6}},
    {"VCO too fast", 2, 1, 150, 2, 2, 2, 3, false, 0, {0, 0, 0}},
    {"VCO too slow", 2, 1, 20, 2, 2, 2, 3, false, 0, {0, 0, 0}},
    {"medium VCO too fast", 2, 4, 250, 2, 2, 2, 1, true, 0, {0, 0, 0}},
    {"reference not in RGE", 2, 1, 60, 2, 2, 2, 1, false, 0, {0, 0, 0}},
    {"DIVM = 0", 2, 0, 100, 2, 2, 2, 3, false, 0, {0, 0, 0}},
    {"odd P", 2, 1, 100, 3, 2, 2, 3, false, 0, {0, 0, 0}},
    {"no source", 3, 1, 100, 2, 2, 2, 3, false, 0, {0, 0, 0}},
};

static void check_pll(const PllCase *test) {
    Board *board = test_board(REVISION_V);
    poke(board, RCC_CR, 0x50081); // HSI, CSI, HSE with bypass
    run_for(board, MILLISECONDS);
    poke(board, RCC_PLLCKSELR, test->divm << 4 | test->source);
    poke(board, RCC_PLL1FRACR, test->fraction << 3);
    poke(board, RCC_PLLCFGR,
         0x01FF0000u | test->range << 2 | (test->medium ? 2u : 0) | (test->fraction != 0));
    poke(board, RCC_PLL1DIVR, (test->n - 1) | (test->p - 1) << 9 | (test->q - 1) << 16 | (test->r - 1) << 24);
    set_bits(board, RCC_CR, 1u << 24);
    run_for(board, MILLISECONDS);
    bool locks = test->hz[0] != 0;
    fprintf(stderr, "PLL: %s\n", test->name);
    CHECK_EQUAL(locks, peek(board, RCC_CR) >> 25 & 1u);
    CHECK_EQUAL(!locks, has_lint(board, "pll-range"));
    Clocks clocks = rcc_clocks(board->chip->rcc);
    for (unsigned output = 0; output < 3; output++) {
        CHECK(fabs(clocks.pll[0][output] - test->hz[output]) < 1);
    }
    test_board_free(board);
}

static void shouldDivideTheSystemClockForEachBus(void) {
    Board *board = test_board(REVISION_V);
    run_fast(board, true);
    Clocks clocks = rcc_clocks(board->chip->rcc);
    CHECK_EQUAL(480000000, clocks.cpu);
    CHECK_EQUAL(240000000, clocks.axi);
    CHECK_EQUAL(120000000, clocks.apb1);
    CHECK_EQUAL(120000000, clocks.apb2);
    CHECK_EQUAL(120000000, clocks.apb3);
    CHECK_EQUAL(120000000, clocks.apb4);
    CHECK_EQUAL(240000000, clocks.timers1);
    CHECK_EQUAL(480000000, timeline_cpu_hz(board->timeline));
    CHECK_EQUAL(120000000, rcc_usart_kernel_hz(board->chip->rcc, false));
    poke(board, RCC_D1CFGR, 0xB | 9u << 8); // HPRE = 16, D1CPRE = 4
    clocks = rcc_clocks(board->chip->rcc);
    CHECK_EQUAL(120000000, clocks.cpu);
    CHECK_EQUAL(7500000, clocks.axi);
    CHECK_EQUAL(0, lints_count(board->lints));
    test_board_free(board);
}

static void shouldSelectTheKernelClockOfUsart3(void) {
    static const uint32_t expected[8] = {64000000, 0, 0, 64000000, 4000000, 0, 0, 0};
    Board *board = test_board(REVISION_V);
    set_bits(board, RCC_CR, 1u << 7);
    run_for(board, MILLISECONDS);
    for (uint32_t selection = 0; selection < 8; selection++) {
        poke(board, RCC_D2CCIP2R, selection);
        CHECK_EQUAL(expected[selection], rcc_usart_kernel_hz(board->chip->rcc, false));
    }
    test_board_free(board);
}

static void shouldStartOscillatorsLate(void) {
    Board *board = test_board(REVISION_V);
    poke(board, RCC_CR, 0x50001);
    CHECK_EQUAL(0, peek(board, RCC_CR) & 1u << 17);
    run_for(board, 499 * MICROSECONDS);
    CHECK_EQUAL(0, peek(board, RCC_CR) & 1u << 17);
    run_for(board, 2 * MICROSECONDS);
    CHECK(peek(board, RCC_CR) & 1u << 17);
    poke(board, RCC_CSR, 1);
    CHECK_EQUAL(1, peek(board, RCC_CSR));
    run_for(board, 200 * MICROSECONDS);
    CHECK_EQUAL(3, peek(board, RCC_CSR));
    test_board_free(board);
}

static void shouldHaveNoCrystal(void) {
    Board *board = test_board(REVISION_V);
    poke(board, RCC_CR, 0x10001); // HSEON without HSEBYP
    run_for(board, PICOSECONDS_PER_SECOND);
    CHECK_EQUAL(0, peek(board, RCC_CR) & 1u << 17);
    CHECK(has_lint(board, "hse-crystal"));
    test_board_free(board);
}

static void shouldStopWhenTheExternalClockDies(void) {
    char error[256];
    Board *board = test_board(REVISION_V);
    run_fast(board, false);
    CHECK(!chip_clock_stopped(board->chip));
    CHECK(faults_arm(board->faults, "hse-dead", error, sizeof error));
    CHECK(chip_clock_stopped(board->chip));
    board_reset(board, RESET_PIN);
    CHECK(!chip_clock_stopped(board->chip));
    core_halt(board->core);
    poke(board, RCC_CR, 0x50001);
    run_for(board, PICOSECONDS_PER_SECOND);
    CHECK_EQUAL(0, peek(board, RCC_CR) & 1u << 17);
    test_board_free(board);
}

static void shouldRunAsFastAsTheExternalClockDoes(void) {
    char error[256];
    Board *board = test_board(REVISION_V);
    run_fast(board, false);
    uint32_t nominal = timeline_cpu_hz(board->timeline);
    CHECK(faults_arm(board->faults, "clock-skew 990000", error, sizeof error));
    CHECK_EQUAL(nominal / 100 * 99, timeline_cpu_hz(board->timeline));
    CHECK(!chip_clock_stopped(board->chip));
    faults_clear(board->faults, "clock-skew");
    CHECK_EQUAL(nominal, timeline_cpu_hz(board->timeline));
    test_board_free(board);
}

static void shouldKeepPllSettingsWhileItRuns(void) {
    Board *board = test_board(REVISION_V);
    run_fast(board, false);
    uint32_t before = peek(board, RCC_PLL1DIVR);
    poke(board, RCC_PLL1DIVR, before + 10);
    CHECK_EQUAL(before, peek(board, RCC_PLL1DIVR));
    CHECK(has_lint(board, "pll-locked-register"));
    set_bits(board, RCC_CR, 0);
    poke(board, RCC_CR, peek(board, RCC_CR) & ~(1u << 24)); // it drives the system clock
    CHECK_EQUAL(400000000, timeline_cpu_hz(board->timeline));
    test_board_free(board);
}

static void shouldWaitForTheClockItSwitchesTo(void) {
    Board *board = test_board(REVISION_V);
    poke(board, RCC_CR, 0x50001);
    poke(board, RCC_CFGR, 2); // HSE, not ready yet
    CHECK_EQUAL(0, peek(board, RCC_CFGR) & 0x38u);
    run_for(board, MILLISECONDS);
    CHECK_EQUAL(2u << 3, peek(board, RCC_CFGR) & 0x38u);
    CHECK_EQUAL(8000000, timeline_cpu_hz(board->timeline));
    test_board_free(board);
}

// RM0433 6.6: supply, then VOS, then ODEN on revision V.
static void shouldEnforceTheOrderOfVoltageScaling(void) {
    Board *board = test_board(REVISION_V);
    CHECK_EQUAL(3, pwr_voltage_scale(board->chip->pwr));
    poke(board, PWR_D3CR, 3u << 14); // before the supply
    run_for(board, MILLISECONDS);
    CHECK_EQUAL(3, pwr_voltage_scale(board->chip->pwr));
    CHECK(has_lint(board, "vos-before-supply"));
    CHECK_EQUAL(0, peek(board, PWR_CSR1) & 1u << 13);
    poke(board, PWR_CR3, 0x2);
    CHECK_EQUAL(0, peek(board, PWR_CSR1) & 1u << 13); // takes time
    run_for(board, MILLISECONDS);
    CHECK(peek(board, PWR_CSR1) & 1u << 13);
    poke(board, PWR_CR3, 0x1); // a second time
    CHECK_EQUAL(2, peek(board, PWR_CR3) & 7u);
    CHECK(has_lint(board, "supply-configuration"));
    set_bits(board, RCC_APB4ENR_, 1u << 1);
    poke(board, SYSCFG_PWRCR, 1); // before VOS1
    CHECK_EQUAL(0, peek(board, SYSCFG_PWRCR));
    CHECK(has_lint(board, "vos0-order"));
    poke(board, PWR_D3CR, 3u << 14);
    CHECK_EQUAL(3, pwr_voltage_scale(board->chip->pwr)); // not there yet
    CHECK_EQUAL(0, peek(board, PWR_D3CR) & 1u << 13);
    run_for(board, MILLISECONDS);
    CHECK_EQUAL(1, pwr_voltage_scale(board->chip->pwr));
    poke(board, SYSCFG_PWRCR, 1);
    CHECK_EQUAL(1, pwr_voltage_scale(board->chip->pwr));
    run_for(board, MILLISECONDS);
    CHECK_EQUAL(0, pwr_voltage_scale(board->chip->pwr));
    board_reset(board, RESET_PIN);
    CHECK_EQUAL(3, pwr_voltage_scale(board->chip->pwr));
    CHECK(peek(board, PWR_CSR1) & 1u << 13); // the supply stays configured
    board_set_power(board, false);
    board_set_power(board, true);
    CHECK_EQUAL(0, peek(board, PWR_CSR1) & 1u << 13);
    test_board_free(board);
}

static void shouldHaveNoOverdriveOnRevisionY(void) {
    Board *board = test_board(REVISION_Y);
    raise_voltage(board, true);
    CHECK_EQUAL(1, pwr_voltage_scale(board->chip->pwr));
    CHECK(has_lint(board, "vos0-revision"));
    test_board_free(board);
}

// RM0433 8.7.36
static void shouldTellTheResetCause(void) {
    static const struct {
        ResetCause cause;
        uint32_t flags;
    } causes[] = {{RESET_PIN, 0x00420000},
                  {RESET_SOFTWARE, 0x01420000},
                  {RESET_INDEPENDENT_WATCHDOG, 0x04420000},
                  {RESET_BROWN_OUT, 0x00620000}};
    Board *board = test_board(REVISION_V);
    CHECK_EQUAL(0x00FA0000, peek(board, RCC_RSR));
    CHECK_EQUAL(0x00FA0000, peek(board, RCC + 0x130)); // the CPU's alias
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        poke(board, RCC_RSR, 1u << 16);
        CHECK_EQUAL(0, peek(board, RCC_RSR));
        board_reset(board, causes[i].cause);
        CHECK_EQUAL(causes[i].flags, peek(board, RCC_RSR));
    }
    board_reset(board, RESET_SOFTWARE); // flags add up until RMVF
    CHECK_EQUAL(0x01620000, peek(board, RCC_RSR));
    test_board_free(board);
}

static void shouldProtectTheBackupDomain(void) {
    Board *board = test_board(REVISION_V);
    poke(board, RCC_BDCR, 1);
    CHECK_EQUAL(0, peek(board, RCC_BDCR));
    CHECK(has_lint(board, "backup-domain"));
    set_bits(board, PWR_CR1, 1u << 8);
    poke(board, RCC_BDCR, 1);
    run_for(board, 3 * PICOSECONDS_PER_SECOND);
    CHECK_EQUAL(3, peek(board, RCC_BDCR));
    board_reset(board, RESET_PIN);
    CHECK_EQUAL(3, peek(board, RCC_BDCR));
    test_board_free(board);
}

int main(void) {
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_pll(&cases[i]);
    }
    shouldDivideTheSystemClockForEachBus();
    shouldSelectTheKernelClockOfUsart3();
    shouldStartOscillatorsLate();
    shouldHaveNoCrystal();
    shouldStopWhenTheExternalClockDies();
    shouldRunAsFastAsTheExternalClockDoes();
    shouldKeepPllSettingsWhileItRuns();
    shouldWaitForTheClockItSwitchesTo();
    shouldEnforceTheOrderOfVoltageScaling();
    shouldHaveNoOverdriveOnRevisionY();
    shouldTellTheResetCause();
    shouldProtectTheBackupDomain();
    return 0;
}
